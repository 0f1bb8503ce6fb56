// SPDX-License-Identifier: MIT
#pragma once
// The routes by which staff see and accept what arrived after the end of an attempt.

#include "accounts/guard.hpp"
#include "attempts/late_service.hpp"
#include "http/router.hpp"

namespace tripos::attempts {

/// `late` outlives the router.
void add_late_routes(http::Router& router, const accounts::Guard& guard, LateService& late);

}  // namespace tripos::attempts
