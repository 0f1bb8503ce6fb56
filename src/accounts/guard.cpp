// SPDX-License-Identifier: MIT
#include "accounts/guard.hpp"

#include "accounts/origin.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

Credentials credentials_of(const http::Request& request) {
    if (const auto header = request.header("authorization")) {
        constexpr std::string_view kScheme = "Bearer ";
        if (starts_with_ignoring_case(*header, kScheme)) {
            return {.token = trim(header->substr(kScheme.size())), .from_cookie = false};
        }
    }
    return {.token = request.cookie("accessToken").value_or(std::string_view()),
            .from_cookie = true};
}

Guard::Guard(Sessions& sessions, std::vector<std::string> origins)
    : sessions_(sessions), origins_(std::move(origins)) {}

http::Handler Guard::authenticated(Protected handler) const {
    return wrap(Need::session, std::move(handler));
}

http::Handler Guard::verified(Protected handler) const {
    return wrap(Need::verified_email, std::move(handler));
}

http::Handler Guard::admin(Protected handler) const {
    return wrap(Need::admin_role, std::move(handler));
}

http::Handler Guard::wrap(Need need, Protected handler) const {
    const auto shared = std::make_shared<const Protected>(std::move(handler));
    return [this, need, shared](http::Request& request) { return check(need, *shared, request); };
}

std::optional<Error> Guard::cross_site(const http::Request& request,
                                       const Credentials& credentials) const {
    if (credentials.from_cookie && is_unsafe(request.method) &&
        !comes_from_our_pages(request, origins_)) {
        return forbidden("cross_site", "This request does not come from a page of this site.");
    }
    return std::nullopt;
}

Task<http::Response> Guard::check(Need need, const Protected& handler,
                                  http::Request& request) const {
    const auto credentials = credentials_of(request);
    if (credentials.token.empty()) {
        co_return http::problem(unauthorized("Unauthorized"));
    }
    if (const auto error = cross_site(request, credentials)) {
        co_return http::problem(*error);
    }
    auto principal = sessions_.recent(credentials.token);
    if (!principal) {
        auto found = co_await sessions_.authenticate(std::string(credentials.token));
        if (!found) {
            co_return http::problem(found.error());
        }
        principal = std::move(*found);
    }
    if (need == Need::verified_email && !principal->email_verified) {
        co_return http::problem(forbidden("email_not_verified", "Email not verified"));
    }
    if (need == Need::admin_role && !principal->is_admin) {
        co_return http::problem(forbidden("forbidden", "Forbidden: administrators only"));
    }
    co_return co_await handler(request, *principal);
}

}  // namespace tripos::accounts
