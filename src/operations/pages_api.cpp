// SPDX-License-Identifier: MIT
#include "operations/pages_api.hpp"

namespace tripos::operations {

namespace embedded {
std::string_view file(std::string_view name);
}

namespace {

std::string page(std::string_view name) {
    return std::string(embedded::file("pages/" + std::string(name)));
}

std::string_view content_type(std::string_view name) {
    if (name.ends_with(".css")) {
        return "text/css; charset=utf-8";
    }
    if (name.ends_with(".js")) {
        return "text/javascript; charset=utf-8";
    }
    if (name.ends_with(".svg")) {
        return "image/svg+xml";
    }
    return {};  // the pages themselves have addresses of their own
}

}  // namespace

void PagesApi::add_routes(http::Router& router) {
    router.get("/", http::bind(this, &PagesApi::home));
    router.get("/verify-email", http::bind(this, &PagesApi::verify_email));
    router.get("/confirm-email", http::bind(this, &PagesApi::confirm_email));
    router.get("/revert-email", http::bind(this, &PagesApi::revert_email));
    router.get("/assets/:name", http::bind(this, &PagesApi::asset));
}

Task<http::Response> PagesApi::home(http::Request&) {
    co_return http::html_response(200, page("home.html"));
}

Task<http::Response> PagesApi::verify_email(http::Request&) {
    co_return http::html_response(200, page("verify-email.html"));
}

Task<http::Response> PagesApi::confirm_email(http::Request&) {
    co_return http::html_response(200, page("confirm-email.html"));
}

Task<http::Response> PagesApi::revert_email(http::Request&) {
    co_return http::html_response(200, page("revert-email.html"));
}

Task<http::Response> PagesApi::asset(http::Request& request) {
    const auto& name = request.parameter("name");
    const auto type = content_type(name);
    auto body = page(name);
    if (type.empty() || body.empty()) {
        co_return http::problem(not_found("There is no such file"));
    }
    http::Response response{.status = 200, .body = std::move(body)};
    response.with_header("Content-Type", std::string(type))
        .with_header("Cache-Control", "public, max-age=300");
    co_return response;
}

}  // namespace tripos::operations
