// SPDX-License-Identifier: MIT
#include "http/detail/request_span.hpp"

#include <algorithm>

namespace tripos::http::detail {

namespace {

/// Of the methods that we know; whatever else somebody sends is one.
std::string_view method_of(const Request& request) {
    return request.method == Method::other ? std::string_view("_OTHER")
                                           : std::string_view(request.method_name);
}

/// By the convention's words for a method that is not known.
std::string name_of(const Request& request) {
    const std::string verb(request.method == Method::other ? "HTTP" : method_of(request));
    return request.route.empty() ? verb : verb + " " + std::string(request.route);
}

/// Nothing where the header comes twice: nobody can say which of them is the caller's.
std::optional<trace::Context> caller_of(const Request& request) {
    const auto is_parent = [](const auto& header) { return header.first == "traceparent"; };
    const auto count = std::count_if(request.headers.begin(), request.headers.end(), is_parent);
    return count == 1 ? trace::parse_traceparent(*request.header("traceparent")) : std::nullopt;
}

}  // namespace

trace::Span begin_request_span(trace::Tracer& tracer, const Request& request) {
    return tracer.begin("HTTP", trace::Kind::server, caller_of(request));
}

void end_request_span(trace::Span& span, const Request& request, int status) {
    span.rename(name_of(request));
    span.set("http.request.method", method_of(request));
    if (!request.route.empty()) {
        span.set("http.route", request.route);
    }
    span.set("url.scheme", request.is_secure ? "https" : "http");
    span.set("http.response.status_code", status);
    span.set("tripos.request.id", request.id);
    if (status >= 500) {
        span.fail(std::to_string(status));
    }
}

}  // namespace tripos::http::detail
