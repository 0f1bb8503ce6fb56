// SPDX-License-Identifier: MIT
#include "http/detail/response_head.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "http/detail/status.hpp"

namespace tripos::http::detail {

namespace {

constexpr std::string_view kHtmlPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'";
constexpr std::string_view kOtherPolicy = "default-src 'none'; frame-ancestors 'none'";
constexpr std::string_view kAlways =
    "Server: Tripos\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "X-Frame-Options: DENY\r\n";

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    const auto at = out.size();
    out.append(value);
    if (has_control_characters(value, "\t")) {  // never let a value begin a header of its own
        std::replace_if(
            out.begin() + static_cast<std::ptrdiff_t>(at), out.end(),
            [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    }
    out.append("\r\n");
}

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

/// Those the server alone writes.
bool is_ours(std::string_view name) {
    return same(name, "content-length") || same(name, "connection") || same(name, "date") ||
           same(name, "transfer-encoding") || same(name, "x-request-id");
}

/// What the handler chose itself, so that no default is added.
struct Chosen {
    bool policy = false;
    bool caching = false;
    bool html = false;
};

Chosen append_handlers_headers(std::string& out, const Headers& headers) {
    Chosen chosen;
    for (const auto& [name, value] : headers) {
        if (is_ours(name)) {
            continue;
        }
        chosen.policy |= same(name, "content-security-policy");
        chosen.caching |= same(name, "cache-control");
        chosen.html |= same(name, "content-type") && value.starts_with("text/html");
        append_header(out, name, value);
    }
    return chosen;
}

void append_cors(std::string& out, const HeadContext& context) {
    if (context.varies_by_origin) {
        out.append("Vary: Origin\r\n");
    }
    if (!context.cors_origin.empty()) {
        append_header(out, "Access-Control-Allow-Origin", context.cors_origin);
        out.append(
            "Access-Control-Allow-Credentials: true\r\n"
            "Access-Control-Expose-Headers: X-Request-Id, Retry-After\r\n");
    }
}

}  // namespace

bool is_bodiless(int status) {
    return status == 204 || status == 304 || status < 200;
}

void append_head(std::string& out, const Response& response, const HeadContext& context) {
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(reason_phrase(response.status)).append("\r\n");
    const auto chosen = append_handlers_headers(out, response.headers);
    if (!is_bodiless(response.status)) {
        out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
    }
    out.append("Date: ").append(context.date).append("\r\n").append(kAlways);
    out.append("X-Request-Id: ").append(context.request_id).append("\r\n");
    if (!chosen.policy) {
        append_header(out, "Content-Security-Policy", chosen.html ? kHtmlPolicy : kOtherPolicy);
    }
    if (!chosen.caching) {
        out.append("Cache-Control: no-store\r\n");
    }
    if (!context.transport_security.empty()) {
        append_header(out, "Strict-Transport-Security", context.transport_security);
    }
    append_cors(out, context);
    if (!context.keep_alive) {
        out.append("Connection: close\r\n");
    } else if (!context.is_http11) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

void add_request_id(Response& response, std::string_view request_id) {
    const bool is_problem =
        std::any_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
            return same(header.first, "content-type") &&
                   header.second.starts_with("application/problem+json");
        });
    if (is_problem && response.body.ends_with('}')) {
        response.body.pop_back();
        response.body.append(R"(,"requestId":")").append(request_id).append("\"}");
    }
}

}  // namespace tripos::http::detail
