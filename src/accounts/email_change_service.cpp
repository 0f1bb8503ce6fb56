// SPDX-License-Identifier: MIT
#include "accounts/email_change_service.hpp"

#include "accounts/account_mails.hpp"
#include "accounts/actor.hpp"
#include "accounts/link_token.hpp"
#include "accounts/reauthentication.hpp"

namespace tripos::accounts {

namespace {

Error email_taken() {
    return conflict("email_taken", "This email is already registered. Please use another one.");
}

Error invalid_change_link() {
    return invalid("invalid_token", "Invalid or expired link");
}

bool is_same_mailbox(const User& user, const mail::Address& address) {
    const auto current = mail::parse_address(user.email);
    return current && current->canonical == address.canonical;
}

}  // namespace

Task<Result<>> EmailChangeService::request(EmailChangeRequest request, const limits::Claim& claim,
                                           audit::Actor actor) {
    const auto user_id = actor.id;
    const auto user = co_await reauthenticate(parts_, actor, std::move(request.password), claim);
    if (!user) {
        co_return user.error();
    }
    const auto now = parts_.clock.now();
    const EmailChange change{.user_id = user_id,
                             .new_email = request.new_email,
                             .confirm_token = new_link_token(parts_.random),
                             .revert_token = new_link_token(parts_.random),
                             .created_at = now,
                             .confirm_until = now + parts_.options.email_confirm_ttl,
                             .revert_until = now + parts_.options.email_revert_ttl};
    auto store = [&](sql::Session& session) -> Result<> {
        const auto current = still_current(session, *user);
        if (!current) {
            return changed_meanwhile();
        }
        if (is_same_mailbox(*current, change.new_email)) {
            return invalid_field("newEmail", "This is your email address already");
        }
        if (address_taken(session, change.new_email.canonical, user_id, now)) {
            return email_taken();
        }
        put_email_change(session, change);
        parts_.outbox.put(session, email_change_mail(*current, change, parts_.options));
        parts_.outbox.put(
            session, email_change_notice(*current, change, request.whereabouts, parts_.options));
        parts_.record(session, actor,
                      {.action = "auth.email_change_asked", .subject = account_subject(user_id)});
        return Result<>();
    };
    co_return co_await parts_.database.write(std::move(store));
}

Task<Result<>> EmailChangeService::confirm(std::string token, const limits::Claim& claim,
                                           audit::Actor from) {
    Follow use = [&, now = parts_.clock.now()](sql::Session& session, Writes& writes) {
        auto outcome = confirm_email_change(session, token, now);
        if (outcome.kind == EmailChangeOutcome::Kind::done) {
            parts_.sessions.changed(writes, outcome.user_id);
            parts_.record(
                session, from,
                {.action = "auth.email_changed", .subject = account_subject(outcome.user_id)});
        }
        return outcome;
    };
    co_return co_await follow(token, claim, std::move(use));
}

Task<Result<>> EmailChangeService::revert(std::string token, const limits::Claim& claim,
                                          audit::Actor from) {
    Follow use = [&](sql::Session& session, Writes& writes) {
        auto outcome = revert_email_change(session, token, parts_.clock.now());
        if (outcome.kind == EmailChangeOutcome::Kind::done) {
            parts_.sessions.end_all(session, writes, outcome.user_id);
            parts_.record(
                session, from,
                {.action = "auth.email_reverted", .subject = account_subject(outcome.user_id)});
        }
        return outcome;
    };
    co_return co_await follow(token, claim, std::move(use));
}

Task<Result<>> EmailChangeService::follow(const std::string& token, const limits::Claim& claim,
                                          Follow use) {
    auto look = [&](sql::Session& session) {
        return looks_like_link_token(token) && is_live_link(session, token, parts_.clock.now());
    };
    const bool is_live = co_await parts_.database.read(std::move(look));
    if (!is_live) {  // one that works is nobody's guess: others at the same address do not close it
        const auto admitted = co_await claim.admit();
        if (!admitted) {
            co_return admitted.error();
        }
        co_await claim.failed();
        co_return invalid_change_link();
    }
    const auto outcome = co_await parts_.write(std::move(use));
    co_return finish(outcome);
}

Result<> EmailChangeService::finish(const EmailChangeOutcome& outcome) {
    if (outcome.kind == EmailChangeOutcome::Kind::refused) {
        return invalid_change_link();
    }
    if (outcome.kind == EmailChangeOutcome::Kind::taken) {
        return email_taken();
    }
    return {};  // done, now or before
}

}  // namespace tripos::accounts
