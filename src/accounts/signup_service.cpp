// SPDX-License-Identifier: MIT
#include "accounts/signup_service.hpp"

#include "accounts/account_mails.hpp"
#include "accounts/email_changes.hpp"
#include "core/id.hpp"

namespace tripos::accounts {

namespace {

Error already_registered() {
    return conflict("email_taken",
                    "Email already registered. Please log in or use a different email.");
}

/// Adds a link for the user and the mail that carries it.
void send_link(sql::Session& session, const AccountsParts& env, const User& user,
               const std::string& token) {
    put_verification(session, user.id, token, env.clock.now(), env.options.verification_ttl);
    env.outbox.put(session, verification_mail(user, token, env.options));
}

/// What a resend that sends nothing does instead: a write of the same kind.
void pretend(sql::Session& session, const AccountsParts& env) {
    put_code(session, {.user_id = kNobody, .digest = {}}, env.clock.now());
}

}  // namespace

Task<Result<>> SignupService::sign_up(SignupParams params) {
    auto look = [&email = params.email, now = parts_.clock.now()](sql::Session& session) {
        return address_taken(session, email.canonical, kNobody, now);
    };
    const bool taken = co_await parts_.database.read(std::move(look));
    if (taken) {
        co_return already_registered();
    }
    User user{.id = new_id(parts_.clock.now(), parts_.random),
              .email = params.email.text,
              .full_name = params.full_name,
              .created_at = parts_.clock.now()};
    user.password_hash = co_await parts_.hasher.hash(std::move(params.password));
    const auto token = new_link_token(parts_.random);
    auto add = [&](sql::Session& session) {
        const bool added = insert_user(session, user, params.email);
        if (added) {
            send_link(session, parts_, user, token);
        }
        return added;
    };
    const bool added = co_await parts_.database.write(std::move(add));
    if (!added) {
        co_return already_registered();
    }
    co_return Result<>();
}

Task<Verification::Outcome> SignupService::verify(std::string token) {
    if (!looks_like_link_token(token)) {
        co_return Verification::Outcome::refused;
    }
    auto use = [&, now = parts_.clock.now()](sql::Session& session, Writes& writes) {
        auto result = use_verification(session, token, now);
        if (result.outcome == Verification::Outcome::verified) {
            parts_.sessions.changed(writes, result.user_id);
        }
        return result;
    };
    const auto result = co_await parts_.write(std::move(use));
    co_return result.outcome;
}

Task<> SignupService::resend(mail::Address email) {
    const auto token = new_link_token(parts_.random);
    const auto since = parts_.clock.now() - parts_.options.resend_cooldown;
    auto send = [&, since](sql::Session& session) {
        const auto user = find_user_by_email(session, email.canonical);
        if (!user || user->email_verified || user->disabled ||
            verification_sent_since(session, user->id, since)) {
            pretend(session, parts_);
        } else {
            send_link(session, parts_, *user, token);
        }
    };
    co_await parts_.database.write(std::move(send));
}

Task<Result<std::string>> SignupService::create_user(NewUser params) {
    const User user{.id = new_id(parts_.clock.now(), parts_.random),
                    .email = params.email.text,
                    .full_name = params.full_name,
                    .password_hash = params.password_hash,
                    .role = params.role,
                    .email_verified = params.email_verified,
                    .created_at = parts_.clock.now()};
    auto add = [&](sql::Session& session) -> std::optional<Error> {
        const auto& profile = params.profile;
        if (profile && session.query_one("SELECT 1 FROM profiles WHERE enrollment_number = $1",
                                         profile->enrollment_number)) {
            return conflict("enrollment_taken", "The enrollment number is already in use");
        }
        if (!insert_user(session, user, params.email)) {
            return already_registered();
        }
        if (profile) {
            put_profile(session, user.id, *profile, user.created_at);
        }
        return std::nullopt;
    };
    const auto problem = co_await parts_.database.write(std::move(add));
    if (problem) {
        co_return *problem;
    }
    co_return user.id;
}

}  // namespace tripos::accounts
