// SPDX-License-Identifier: MIT
#include "accounts/signup_service.hpp"

#include "accounts/account_mails.hpp"
#include "accounts/actor.hpp"
#include "accounts/email_changes.hpp"
#include "accounts/link_token.hpp"
#include "accounts/reset_codes.hpp"
#include "core/id.hpp"

namespace tripos::accounts {

namespace {

Error already_registered() {
    return conflict("email_taken",
                    "Email already registered. Please log in or use a different email.");
}

Error password_required() {
    return invalid("password_required", "Choose a password: send newPassword");
}

Error invalid_link() {
    return invalid("invalid_token", "Invalid or expired verification link");
}

/// Adds a link for the sign-up and the mail that carries it.
void send_link(sql::Session& session, const AccountsParts& env, const PendingSignup& signup,
               const std::string& token) {
    put_signup(session, signup, token, env.clock.now(), env.options.verification_ttl);
    env.outbox.put(session, verification_mail(signup, token, env.options));
}

/// What a resend that sends nothing does instead: a write of the same kind.
void pretend(sql::Session& session, const AccountsParts& env) {
    const auto now = env.clock.now();
    put_code(session, {.user_id = kNobody, .created_at = now, .expires_at = now});
}

}  // namespace

Task<Result<>> SignupService::sign_up(SignupParams params, const limits::Claim& claim,
                                      audit::Actor from) {
    auto look = [&email = params.email, now = parts_.clock.now()](sql::Session& session) {
        return address_taken(session, email.canonical, kNobody, now);
    };
    const bool taken = co_await parts_.database.read(std::move(look));
    if (taken) {
        co_return already_registered();
    }
    auto hash = co_await parts_.hasher.hash(std::move(params.password), claim);
    if (!hash) {
        co_return hash.error();
    }
    const PendingSignup signup{.user_id = new_id(parts_.clock.now(), parts_.random),
                               .email = std::move(params.email.text),
                               .canonical_email = std::move(params.email.canonical),
                               .full_name = std::move(params.full_name),
                               .password_hash = std::move(*hash),
                               .ip = std::move(params.ip),
                               .asked_at = parts_.clock.now()};
    const auto token = new_link_token(parts_.random);
    const audit::Knock knock{.action = "auth.signup", .subject = account_subject(signup.user_id)};
    auto add = [&](sql::Session& session) {
        send_link(session, parts_, signup, token);
        parts_.record_knock(session, from, knock);
    };
    co_await parts_.database.write(std::move(add));
    co_return Result<>();
}

Task<Result<Activation>> SignupService::verify(VerifyParams params, const limits::Claim& claim,
                                               audit::Actor from) {
    const bool may_be_one = looks_like_link_token(params.token);
    auto look = [&, now = parts_.clock.now()](sql::Session& session) {
        return may_be_one ? find_signup(session, params.token, now) : std::nullopt;
    };
    const auto signup = co_await parts_.database.read(std::move(look));
    if (!signup) {  // one that works is nobody's guess: others at the same address do not close it
        const auto admitted = co_await claim.admit();
        if (!admitted) {
            co_return admitted.error();
        }
    }
    if (!may_be_one) {
        co_await claim.failed();
        co_return invalid_link();
    }
    std::string hash;  // unless it is that of the sign-up
    if (signup) {      // a link that does not work is for activate_signup() to explain
        const auto owner = claim.of(signup->user_id).beyond_client();
        auto chosen = co_await hash_behind(*signup, params, owner);
        if (!chosen) {
            co_return chosen.error();
        }
        hash = std::move(*chosen);
    }
    auto use = [&, now = parts_.clock.now()](sql::Session& session) {
        const auto outcome = activate_signup(session, params.token, hash, now);
        if (signup && outcome == Activation::done) {
            parts_.record(session, from,
                          {.action = "auth.verified", .subject = account_subject(signup->user_id)});
        }
        return outcome;
    };
    const auto outcome = co_await parts_.database.write(std::move(use));
    if (outcome == Activation::refused) {
        co_await claim.failed();
        co_return invalid_link();
    }
    if (outcome == Activation::needs_password) {
        co_return password_required();
    }
    co_return outcome;
}

bool SignupService::invite(sql::Session& session, const Enrolled& person) {
    const auto now = parts_.clock.now();
    if (!note_invitation(session, person.key, now, now + parts_.options.invitation_ttl)) {
        return false;
    }
    const auto token = new_link_token(parts_.random);
    const PendingSignup signup{.user_id = new_id(now, parts_.random),
                               .email = person.email,
                               .canonical_email = person.canonical_email,
                               .full_name = person.full_name,
                               .asked_at = now};
    put_signup(session, signup, token, now, parts_.options.invitation_ttl);
    parts_.outbox.put(session, invitation_mail(signup, token, parts_.options));
    return true;
}

Task<Result<std::string>> SignupService::hash_behind(const PendingSignup& signup,
                                                     VerifyParams& params,
                                                     const limits::Claim& claim) {
    if (params.new_password) {
        co_return co_await parts_.hasher.hash(std::move(*params.new_password), claim);
    }
    if (params.password) {
        const auto right =
            co_await parts_.hasher.verify(signup.password_hash, std::move(*params.password), claim);
        if (!right) {
            co_return right.error();
        }
        if (!*right) {
            co_return invalid_field("password", "This is not the password of the sign-up");
        }
    }
    co_return std::string();
}

Task<> SignupService::resend(mail::Address email, std::string ip) {
    const auto token = new_link_token(parts_.random);
    const auto since = parts_.clock.now() - parts_.options.resend_cooldown;
    auto send = [&, since](sql::Session& session) {
        const auto signup = probable_signup(session, email.canonical, ip);
        if (!signup || link_sent_since(session, email.canonical, since)) {
            pretend(session, parts_);
        } else {
            send_link(session, parts_, *signup, token);
        }
    };
    co_await parts_.database.write(std::move(send));
}

Task<Result<std::string>> SignupService::create_user(NewUser params, audit::Actor actor) {
    const User user{.id = new_id(parts_.clock.now(), parts_.random),
                    .email = params.email.text,
                    .full_name = params.full_name,
                    .password_hash = params.password_hash,
                    .roles = params.roles,
                    .email_verified = params.email_verified,
                    .created_at = parts_.clock.now()};
    auto add = [&](sql::Session& session) -> Result<std::string> {
        const auto& profile = params.profile;
        const auto refusal =
            profile ? refuse_number(session, user.id, profile->enrollment_number) : std::nullopt;
        if (refusal) {
            return *refusal;
        }
        if (!insert_user(session, user, params.email)) {
            return already_registered();
        }
        if (profile) {
            put_profile(session, user.id, *profile, user.created_at);
        }
        parts_.record(session, actor,
                      {.action = "account.created",
                       .subject = account_subject(user.id),
                       .after = audit::facts({{"roles", role_names(user.roles)}})});
        return user.id;
    };
    co_return co_await parts_.database.write(std::move(add));
}

}  // namespace tripos::accounts
