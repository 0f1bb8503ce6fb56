// SPDX-License-Identifier: MIT
#include "accounts/guard.hpp"

#include <algorithm>

#include "accounts/actor.hpp"
#include "accounts/origin.hpp"
#include "accounts/session_cookie.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

/// What check() answers by itself, in the words of the API description.
http::Access access_for(std::string who, std::string needs, std::vector<std::string> forbidden) {
    http::Access access{.who = std::move(who),
                        .needs = std::move(needs),
                        .refusals = {{401, {"unauthorized"}}},
                        .refusals_of_changes = {{403, {"cross_site"}}}};
    if (!forbidden.empty()) {
        access.refusals.push_back({403, std::move(forbidden)});
    }
    return access;
}

}  // namespace

Guard::Guard(const Parts& parts, Sessions& sessions, const AccountsOptions& options)
    : parts_(parts), sessions_(sessions), options_(options) {}

Credentials Guard::credentials_of(const http::Request& request) const {
    Credentials credentials;
    if (const auto header = request.header("authorization")) {
        constexpr std::string_view kScheme = "Bearer ";
        if (starts_with_ignoring_case(*header, kScheme)) {
            credentials.tokens.push_back(trim(header->substr(kScheme.size())));
            return credentials;
        }
    }
    const auto take = [&credentials, &request](std::string_view name) {
        const auto found = request.cookies(name);
        credentials.from_cookie = credentials.from_cookie || !found.empty();
        for (const auto token : found) {
            if (!token.empty() && credentials.tokens.size() < Credentials::kMostTokens) {
                credentials.tokens.push_back(token);
            }
        }
    };
    take(options_.cookie.name());
    credentials.plain_from = credentials.tokens.size();
    if (options_.cookie.host_bound) {
        take(CookiePolicy::kPlainName);
    }
    return credentials;
}

http::Handler Guard::authenticated(Protected handler) const {
    return wrap({}, std::move(handler), access_for("session", "a session", {}));
}

http::Handler Guard::verified(Protected handler) const {
    return wrap({.verified_email = true}, std::move(handler),
                access_for("verified", "a session of a verified account", {"email_not_verified"}));
}

http::Handler Guard::staff(Capability capability, Protected handler) const {
    auto access =
        access_for(std::string(to_string(capability)),
                   "one of the roles " + role_names(roles_with(capability)), {"forbidden"});
    const auto roles = roles_with(capability).names();
    access.roles.assign(roles.begin(), roles.end());
    access.unlimited = "Staff are trusted with their tools";
    return wrap({.capability = capability}, std::move(handler), std::move(access));
}

http::Handler Guard::wrap(Need need, Protected handler, http::Access access) const {
    const auto shared = std::make_shared<const Protected>(std::move(handler));
    auto checked = [this, need, shared](http::Request& request) {
        return check(need, *shared, request);
    };
    return {std::move(checked), std::move(access)};
}

std::optional<Error> Guard::cross_site(const http::Request& request,
                                       const Credentials& credentials) const {
    if (credentials.from_cookie && is_unsafe(request.method) &&
        !comes_from_our_pages(request, options_.origins)) {
        return forbidden("cross_site", "This request does not come from a page of this site.");
    }
    return std::nullopt;
}

Task<http::Reply> Guard::check(Need need, const Protected& handler, http::Request& request) const {
    const auto credentials = credentials_of(request);
    auto reply = co_await admit(need, handler, request, credentials);
    if (!reply && reply.error().kind == ErrorKind::unauthorized && credentials.from_cookie) {
        // Pages that only look whether the cookie is there would send the browser back and forth.
        reply = http::problem(reply.error());
        end_session_cookies(*reply, options_.cookie);
    }
    co_return reply;
}

Task<Result<std::shared_ptr<const Principal>>> Guard::identify(
    const Credentials& credentials) const {
    std::optional<Error> refusal;
    for (std::size_t i = 0; i < credentials.tokens.size(); ++i) {
        const auto token = credentials.tokens[i];
        auto known = sessions_.recent(token);
        if (!known) {
            auto found = co_await sessions_.authenticate(std::string(token));
            if (!found) {
                refusal = refusal.value_or(found.error());
                continue;
            }
            known = std::move(*found);
        }
        // A neighbour on a parent domain could have set the plain cookie.
        if (!known->host_bound || i < credentials.plain_from) {
            co_return known;
        }
    }
    co_return refusal.value_or(unauthorized("Unauthorized"));
}

Task<http::Reply> Guard::admit(Need need, const Protected& handler, http::Request& request,
                               const Credentials& credentials) const {
    if (const auto error = cross_site(request, credentials); error && !credentials.tokens.empty()) {
        co_return *error;
    }
    const auto identified = co_await identify(credentials);
    if (!identified) {
        co_return identified.error();
    }
    const auto& principal = *identified;
    if (need.verified_email && !principal->email_verified) {
        co_return forbidden("email_not_verified", "Email not verified");
    }
    if (need.capability && !principal->roles.may(*need.capability)) {
        co_return forbidden("forbidden", "Forbidden: this needs one of the roles " +
                                             role_names(roles_with(*need.capability)));
    }
    if (need.capability && is_unsafe(request.method)) {
        co_await record(*need.capability, request, *principal);
    }
    co_return co_await handler(request, *principal);
}

Task<> Guard::record(Capability capability, const http::Request& request,
                     const Principal& caller) const {
    // Queues and caches are not in SQL, and a mailing may fail after its row was written. All other
    // acts record themselves, in their own transaction and with what changed.
    if (capability != Capability::operate && capability != Capability::mailings) {
        co_return;
    }
    co_await parts_.record_request(actor_of(request, caller),
                                   std::string(to_string(capability)) + ".ask", request);
}

}  // namespace tripos::accounts
