// SPDX-License-Identifier: MIT
#pragma once
// Writes the head of a response by hand, in one pass: status line, the handler's headers, then what
// every response carries (RFC 9110, and the security headers browsers act on). Pure, thread-safe.

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace tripos::http::detail {

struct HeadContext {
    std::string_view date;  ///< IMF-fixdate
    std::string_view request_id;
    std::string_view cors_origin;   ///< the request's Origin when it is configured, else empty
    bool varies_by_origin = false;  ///< any origin is configured
    bool keep_alive = true;
    bool is_http11 = true;
    std::string_view transport_security;  ///< empty: none
};

/// Appends the head with its empty line. Content-Length is the body's; 204 and 304 have none.
void append_head(std::string& out, const Response& response, const HeadContext& context);

/// True when the status never comes with a body.
bool is_bodiless(int status);

/// Puts `requestId` into a problem body; leaves other bodies alone.
void add_request_id(Response& response, std::string_view request_id);

}  // namespace tripos::http::detail
