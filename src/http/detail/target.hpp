// SPDX-License-Identifier: MIT
#pragma once
// From the request target to path and query (RFC 9112, section 3.2). Pure, thread-safe.

#include <optional>
#include <string_view>

#include "http/detail/rejection.hpp"
#include "http/message.hpp"

namespace tripos::http::detail {

/// Fills request.path and request.query (raw). Origin form, absolute form, and "*" for
/// OPTIONS.
std::optional<Rejection> read_target(std::string_view target, Request& request);

}  // namespace tripos::http::detail
