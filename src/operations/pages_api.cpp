// SPDX-License-Identifier: MIT
#include "operations/pages_api.hpp"

#include "core/assert.hpp"

namespace tripos::operations {

namespace embedded {
std::string_view file(std::string_view name);
}

namespace {

using http::Operation;

std::string read_file(const std::string& name) {
    const auto text = embedded::file("pages/" + name);
    TRIPOS_ASSERT(!text.empty());
    return std::string(text);
}

std::string content_type(std::string_view name) {
    if (name.ends_with(".css")) {
        return "text/css; charset=utf-8";
    }
    return name.ends_with(".js") ? "text/javascript; charset=utf-8" : "image/svg+xml";
}

Task<http::Reply> answer(const http::CachedBody& body, const http::Request& request) {
    co_return body.answer(request);
}

}  // namespace

PagesApi::PagesApi() {
    for (const auto* name :
         {"tripos.css", "tripos.svg", "page.js", "status.js", "mail-link.js", "verify-email.js",
          "reset-password.js", "docs.css", "docs.js", "cache.css", "cache.js"}) {
        assets_.try_emplace(name, content_type(name), read_file(name), "public, max-age=300");
    }
}

void PagesApi::add_routes(http::Router& router, bool for_developers) {
    add_page(router, "/status", "status", "What runs, and where things are");
    if (for_developers) {
        add_page(router, "/docs", "docs", "This description, for people");
        add_page(router, "/cache", "cache", "The cache, for administrators");
    }
    add_page(router, "/verify-email", "verify-email", "Behind the link of a verification mail");
    add_page(router, "/accept-invitation", "accept-invitation", "Behind the link of an invitation");
    add_page(router, "/confirm-email", "confirm-email", "Behind the link to a new address");
    add_page(router, "/revert-email", "revert-email", "Behind the link back to the old address");
    add_page(router, "/reset-password", "reset-password", "Behind the link to a new password");
    router.get("/assets/:name", http::open(this, http::PathText{"name"}, &PagesApi::asset),
               Operation("Pages", "Styles, scripts and pictures of the pages")
                   .sends(200, "text/css", "The file, in its own media type")
                   .refuses(404, {"not_found"}));
}

void PagesApi::add_page(http::Router& router, std::string path, const std::string& file,
                        std::string summary) {
    const auto& body =
        pages_.try_emplace(path, "text/html; charset=utf-8", read_file(file + ".html"))
            .first->second;
    router.get(std::move(path),
               http::open([&body](http::Request& request) { return answer(body, request); }),
               Operation("Pages", std::move(summary)).sends(200, "text/html", "The page"));
}

Task<http::Reply> PagesApi::asset(http::Request& request, std::string name) {
    const auto found = assets_.find(name);
    co_return found != assets_.end() ? http::Reply(found->second.answer(request))
                                     : not_found("There is no such file");
}

}  // namespace tripos::operations
