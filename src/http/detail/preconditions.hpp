// SPDX-License-Identifier: MIT
#pragma once
// If-Match and If-None-Match against the entity tag of what is about to be sent (RFC 9110, 13).
// Pure.

#include <string_view>

#include "http/message.hpp"

namespace tripos::http::detail {

enum class Precondition { met, not_modified, failed };

/// For GET and HEAD. `etag` is quoted and strong.
Precondition check_preconditions(const Request& request, std::string_view etag);

}  // namespace tripos::http::detail
