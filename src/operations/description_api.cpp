// SPDX-License-Identifier: MIT
#include "operations/description_api.hpp"

#include "http/openapi.hpp"

namespace tripos::operations {

namespace {

constexpr const char* kIntroduction =
    "The API of the examination server. Bodies are JSON in UTF-8, ids are UUIDs, times are ISO "
    "8601 "
    "in UTC. Every success has `success: true` and a `message`; every error is an RFC 9457 problem "
    "with a stable `code`. Log in to get a token, and send it as `Authorization: Bearer` or let "
    "the "
    "cookie do it; with the cookie, a changing request must come from a page of this site. Every "
    "path that answers GET answers HEAD, and OPTIONS says what it answers.";

}  // namespace

void DescriptionApi::add_routes(http::Router& router) {
    router_ = &router;
    router.get("/openapi.json", http::bind(this, &DescriptionApi::send),
               http::Operation("Pages", "This description, for programs")
                   .sends(200, "application/json", "OpenAPI 3.1", http::schema::anything()));
}

Task<http::Response> DescriptionApi::send(http::Request& request) {
    std::call_once(generated_, [this] {
        const http::ApiInfo info{
            .title = "Tripos", .version = version_, .description = kIntroduction};
        document_.emplace("application/json; charset=utf-8",
                          http::openapi_document(*router_, info));
    });
    co_return document_->answer(request);
}

}  // namespace tripos::operations
