// SPDX-License-Identifier: MIT
#pragma once
// Saving answers: one, or many at once for a device that was offline.

#include "attempts/attempt_api.hpp"

namespace tripos::attempts {

void add_save_routes(http::Router& router, const accounts::Guard& guard,
                     const AttemptRoutesParts& parts);

}  // namespace tripos::attempts
