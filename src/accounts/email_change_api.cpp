// SPDX-License-Identifier: MIT
#include "accounts/email_change_api.hpp"

#include "accounts/actor.hpp"
#include "accounts/form_fields.hpp"

namespace tripos::accounts {

namespace {

namespace schema = http::schema;
using http::Operation;

}  // namespace

void EmailChangeApi::add_routes(http::Router& router) {
    const auto& limits = parts_.options.limits;
    auto mails = limits.mails();
    mails.push_back(limits.mails_per_account);
    mails.push_back(limits.proofs_per_account);
    router.post("/api/profile/me/email", guard_.verified(this, &EmailChangeApi::request),
                Operation("Profile", "Ask for another e-mail address")
                    .details("The new address gets a link to confirm, the old one a notice with a "
                             "link to revert.")
                    .takes({{"newEmail", schema::text()}, {"currentPassword", schema::text()}})
                    .answers(202, "The mails are on their way")
                    .refuses(409, {"email_taken", "password_changed"})
                    .limited(std::move(mails)));
    router.post("/api/auth/confirm-email/:token",
                http::open(this, http::PathText{"token"}, &EmailChangeApi::confirm),
                Operation("Profile", "Confirm the new address with the token of the mail")
                    .answers(200, "Changed")
                    .refuses(400, {"invalid_token"})
                    .refuses(409, {"email_taken"})
                    .limited({limits.links_per_client}));
    router.post("/api/auth/revert-email/:token",
                http::open(this, http::PathText{"token"}, &EmailChangeApi::revert),
                Operation("Profile", "Take the old address back with the token of the notice")
                    .answers(200, "As it was; every session has ended")
                    .refuses(400, {"invalid_token"})
                    .limited({limits.links_per_client}));
}

Task<http::Reply> EmailChangeApi::request(http::Request& request, const Principal& principal) {
    http::BodyReader body(request);
    EmailChangeRequest change;
    change.new_email = read_email(body, "newEmail");
    change.password = read_password(body, "currentPassword");
    change.whereabouts = whereabouts_of(request);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const limits::Subject subject{.account = principal.user_id,
                                  .recipient = change.new_email.canonical};
    const auto claim = parts_.limits.claim(request, subject);
    const auto admitted = co_await claim.admit();
    if (!admitted) {
        co_return admitted.error();
    }
    const auto done =
        co_await changes_.request(std::move(change), claim, actor_of(request, principal));
    co_return done ? http::Reply(http::success(
                         202, "Please confirm the change with the link sent to the new address"))
                   : done.error();
}

Task<http::Reply> EmailChangeApi::confirm(http::Request& request, std::string token) {
    const auto claim = parts_.limits.claim(request, limits::Subject());
    const auto done = co_await changes_.confirm(std::move(token), claim, stranger(request));
    co_return done ? http::Reply(http::success(200, "Email address changed successfully"))
                   : done.error();
}

Task<http::Reply> EmailChangeApi::revert(http::Request& request, std::string token) {
    const auto claim = parts_.limits.claim(request, limits::Subject());
    const auto done = co_await changes_.revert(std::move(token), claim, stranger(request));
    co_return done ? http::Reply(http::success(200,
                                               "Your email address is as it was, and everyone is "
                                               "logged out. Choose a new password."))
                   : done.error();
}

}  // namespace tripos::accounts
