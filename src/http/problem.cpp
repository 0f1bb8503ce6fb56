// SPDX-License-Identifier: MIT
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "http/detail/status.hpp"
#include "http/message.hpp"

namespace tripos::http {

namespace {

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid:
            return 400;
        case ErrorKind::unauthorized:
            return 401;
        case ErrorKind::forbidden:
            return 403;
        case ErrorKind::not_found:
            return 404;
        case ErrorKind::conflict:
            return 409;
        case ErrorKind::rate_limited:
            return 429;
        case ErrorKind::unavailable:
            return 503;
    }
    return 500;
}

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

/// The members every error body has, without the closing brace.
std::string open_body(int status, std::string_view code, std::string_view message) {
    return R"({"success":false,"message":)" + quoted(message) + R"(,"code":)" + quoted(code) +
           R"(,"type":"about:blank","title":)" + quoted(detail::reason_phrase(status)) +
           R"(,"status":)" + std::to_string(status);
}

Response close_body(int status, std::string body) {
    body += '}';
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/problem+json");
    response.body = std::move(body);
    if (status == 401) {
        response.headers.emplace_back("WWW-Authenticate", "Bearer");  // RFC 9110, 11.6.1
    }
    return response;
}

}  // namespace

Response problem(const Error& error) {
    const int status = status_of(error.kind);
    auto body = open_body(status, error.code, error.message);
    if (!error.fields.empty()) {
        body += R"(,"errors":[)";
        for (const auto& field : error.fields) {
            body += body.back() == '[' ? "" : ",";
            body += R"({"field":)" + quoted(field.field) + R"(,"message":)" + quoted(field.message);
            body += '}';
        }
        body += ']';
    }
    for (const auto& [name, json] : error.extra) {
        body += ',' + quoted(name) + ':' + json;
    }
    auto response = close_body(status, std::move(body));
    if (error.retry_after) {
        response.headers.emplace_back("Retry-After", std::to_string(error.retry_after->count()));
    }
    return response;
}

Response problem(int status, std::string_view code, std::string_view message) {
    return close_body(status, open_body(status, code, message));
}

}  // namespace tripos::http
