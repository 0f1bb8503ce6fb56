// SPDX-License-Identifier: MIT
#pragma once
// The rules of RFC 9112 that a lenient parser lets through and that request smuggling lives on:
// line ends, folding, framing fields, Host. Runs on the raw bytes of the head before Beast parses
// them. Pure, thread-safe.

#include <optional>
#include <string_view>

#include "http/detail/rejection.hpp"

namespace tripos::http::detail {

/// Looks at a whole head: request line, fields and the empty line at its end.
std::optional<Rejection> check_head(std::string_view head);

/// Looks at the beginning of a head whose end has not arrived: bytes that no head may contain. The
/// first `seen` bytes were looked at before.
std::optional<Rejection> check_partial_head(std::string_view beginning, std::size_t seen);

}  // namespace tripos::http::detail
