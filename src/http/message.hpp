// SPDX-License-Identifier: MIT
#pragma once
// Request and Response as handlers see them: plain values, no Beast. Bodies are whole (bounded by
// ServerOptions::body_limit).

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "http/rate_limit.hpp"

namespace tripos::http {

enum class Method { get, head, post, put, patch, delete_, options, other };

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Not thread-safe; owned by the connection, valid until the response is returned.
struct Request {
    Method method = Method::get;
    std::string method_name;  ///< as sent
    std::string path;   ///< as sent, without query; decodes to UTF-8 without control characters
    std::string query;  ///< raw, after '?'
    Headers headers;    ///< names in lower case
    std::string body;
    std::string peer;  ///< the client's address: the peer's, or the last untrusted hop behind
                       ///< TRUSTED_PROXIES
    bool is_local =
        false;  ///< over the Unix socket, from loopback, or from there through a proxy here
    bool is_secure = false;      ///< TLS in front of us (X-Forwarded-Proto of a trusted proxy)
    bool ignores_proxy = false;  ///< it came through a proxy that is not in TRUSTED_PROXIES
    Timestamp arrived_at{};      ///< when its last byte was read, before anything was asked of it
    std::string id;              ///< request id for logs and error bodies
    std::string_view
        route;  ///< pattern of the matched route, for logs and metrics; never the path itself
    std::span<const RateLimit> limits;  ///< that the matched route declares

    /// First header of that (lower-case) name.
    std::optional<std::string_view> header(std::string_view name) const;
    /// Values of a cookie: a browser sends one for each domain and path that has one of this name.
    std::vector<std::string_view> cookies(std::string_view name) const;
    /// Value of a query parameter, percent-decoded; empty text when given without value.
    std::optional<std::string> query_parameter(std::string_view name) const;
    /// Value of `:name` in the route's pattern. Requires: the pattern has it.
    const std::string& parameter(std::string_view name) const;

    std::vector<std::pair<std::string, std::string>> parameters;
};

struct Response {
    int status = 200;
    Headers headers;  ///< Content-Length, Date, Connection and the security headers are added by
                      ///< the server
    std::string body;

    /// Out of line on purpose: inlined, GCC 12 warns of bounds that are not exceeded.
    Response& with_header(std::string name, std::string value);
};

/// A JSON body that is serialised already.
Response json_response(int status, std::string body);
Response html_response(int status, std::string body);
Response text_response(int status, std::string body);

/// What a handler answers: an Error becomes its problem body in the router.
using Reply = Result<Response>;

/// The one mapping from Error to status and RFC 9457 body: message, success:false, code, errors[],
/// type, title, status. requestId is added by the server.
Response problem(const Error& error);
/// For statuses without an ErrorKind (405, 413, 415, 431, 500).
Response problem(int status, std::string_view code, std::string_view message);

/// Percent-decodes; nothing if malformed.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace tripos::http
