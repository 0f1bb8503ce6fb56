// SPDX-License-Identifier: MIT
#include "http/detail/status.hpp"
#include "http/json_writer.hpp"
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

/// The members every error body has, in an object left open.
JsonWriter open_body(int status, std::string_view code, std::string_view message) {
    JsonWriter json;
    json.begin_object()
        .member("success", false)
        .member("message", message)
        .member("code", code)
        .member("type", "about:blank")
        .member("title", detail::reason_phrase(status))
        .member("status", std::int64_t{status});
    return json;
}

Response close_body(int status, JsonWriter& json) {
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/problem+json");
    response.body = json.end_object().take();
    if (status == 401) {
        response.headers.emplace_back("WWW-Authenticate", "Bearer");  // RFC 9110, 11.6.1
    }
    return response;
}

}  // namespace

Response problem(const Error& error) {
    const int status = status_of(error.kind);
    auto json = open_body(status, error.code, error.message);
    if (!error.fields.empty()) {
        json.name("errors").begin_array();
        for (const auto& field : error.fields) {
            json.begin_object()
                .member("field", field.field)
                .member("message", field.message)
                .end_object();
        }
        json.end_array();
    }
    for (const auto& [name, value] : error.extra) {
        json.member_raw(name, value);
    }
    auto response = close_body(status, json);
    if (error.retry_after) {
        response.headers.emplace_back("Retry-After", std::to_string(error.retry_after->count()));
    }
    return response;
}

Response problem(int status, std::string_view code, std::string_view message) {
    auto json = open_body(status, code, message);
    return close_body(status, json);
}

}  // namespace tripos::http
