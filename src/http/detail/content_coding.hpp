// SPDX-License-Identifier: MIT
#pragma once
// gzip as a content coding: whether a client prefers it (RFC 9110, 12.5.3), and making it. Pure.

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace tripos::http::detail {

/// True when Accept-Encoding takes gzip, and not identity rather.
bool prefers_gzip(const Request& request);

/// Slow: for bodies that are kept. Throws SystemError when memory runs out.
std::string gzip(std::string_view plain);

}  // namespace tripos::http::detail
