// SPDX-License-Identifier: MIT
#include "accounts/password_service.hpp"

#include "accounts/actor.hpp"

#include "accounts/digest.hpp"
#include "accounts/email_changes.hpp"
#include "accounts/link_token.hpp"
#include "accounts/password_rules.hpp"
#include "accounts/reauthentication.hpp"
#include "accounts/reset_codes.hpp"

namespace tripos::accounts {

namespace {

std::string random_code(Random& random) {
    const auto digits = std::to_string(random.below(1'000'000));
    return std::string(6 - digits.size(), '0') + digits;
}

Error invalid_code() {
    auto error =
        invalid_field("otp", "The code is invalid or has expired. Please request a new one.");
    error.code = "invalid_code";
    return error;
}

Error invalid_reset_link() {
    return invalid("invalid_token", "Invalid or expired link. Please request a new one.");
}

audit::Knock refused_reset(const std::optional<User>& user, const Error& refusal) {
    return {.action = "auth.reset_refused",
            .subject = user ? account_subject(user->id) : std::string(),
            .code = refusal.code};
}

Error codes_suspended() {
    auto error = invalid_field("otp", "Codes are not taken today. Use the link of the mail.");
    error.code = "use_link";
    return error;
}

}  // namespace

Task<> PasswordService::forgot(ForgotParams params, audit::Actor from) {
    const auto code = random_code(parts_.random);
    const auto link = new_link_token(parts_.random);
    const auto now = parts_.clock.now();
    auto send = [&, now](sql::Session& session) {
        const auto user = find_user_by_email(session, params.email.canonical);
        const bool known = user && !user->disabled;
        const auto& id = known ? user->id : kNobody;
        put_code(session, {.user_id = id,
                           .asker = known ? token_digest(params.asker) : std::string(),
                           .code = code_digest(parts_.options.email_secret, id, code),
                           .link = token_digest(link),
                           .created_at = now,
                           .expires_at = now + parts_.options.code_ttl});
        if (known) {
            parts_.outbox.put(session, code_mail(*user, code, link, parts_.options));
        }
        parts_.record_knock(
            session, from,
            {.action = "auth.reset_asked", .subject = known ? account_subject(id) : std::string()});
    };
    co_await parts_.database.write(std::move(send));
}

Task<bool> PasswordService::has_asked(const ResetParams& params) const {
    auto look = [&](sql::Session& session) {
        const auto user = find_user_by_email(session, params.email.canonical);
        return user && accounts::has_asked(session, user->id, token_digest(params.asker),
                                           parts_.clock.now());
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<Result<User>> PasswordService::reset(ResetParams params, const limits::Claim& claim,
                                          audit::Actor from) {
    const auto& limits = parts_.options.codes;
    CodeTry given{.asker = token_digest(params.asker)};
    std::optional<User> user;
    auto check = [&](sql::Session& session) {
        user = find_user_by_email(session, params.email.canonical);
        const bool known = user && !user->disabled;
        given.user_id = known ? user->id : kNobody;
        given.code = code_digest(parts_.options.email_secret, given.user_id, params.code);
        given.now = parts_.clock.now();
        auto tried = try_code(session, given, limits);
        if (tried == CodeOutcome::right && !known) {
            tried = CodeOutcome::wrong;
        }
        if (tried == CodeOutcome::wrong) {
            parts_.record_knock(session, from, refused_reset(user, invalid_code()));
        }
        return tried;
    };
    const auto outcome = co_await parts_.database.write(std::move(check));
    if (outcome != CodeOutcome::right) {
        co_await claim.failed();
        co_return outcome == CodeOutcome::wrong ? invalid_code() : codes_suspended();
    }
    // Hashing comes between check and use: a refused hash (overload) must not cost the code.
    auto hash = co_await parts_.hasher.hash(std::move(params.new_password), claim);
    if (!hash) {
        co_return hash.error();
    }
    auto use = [&](sql::Session& session) {
        given.now = parts_.clock.now();
        return use_code(session, given, limits);
    };
    Use live(std::move(use));
    auto stored =
        co_await store_reset(*user, std::move(*hash), params.whereabouts, from, std::move(live));
    if (!stored) {
        co_return invalid_code();
    }
    co_return std::move(*stored);
}

Task<Result<User>> PasswordService::reset_by_link(LinkResetParams params,
                                                  const limits::Claim& claim, audit::Actor from) {
    const auto link = token_digest(params.token);
    auto look = [&](sql::Session& session) -> std::optional<User> {
        const auto owner = owner_of_link(session, link, parts_.clock.now());
        return owner ? find_user(session, *owner) : std::nullopt;
    };
    std::optional<User> user;
    if (looks_like_link_token(params.token)) {
        user = co_await parts_.database.read(std::move(look));
    }
    if (!user || user->disabled) {
        const auto admitted = co_await claim.admit();
        if (!admitted) {
            co_return admitted.error();
        }
        co_await claim.failed();
        co_await parts_.record_knock(std::move(from), refused_reset(user, invalid_reset_link()));
        co_return invalid_reset_link();
    }
    const auto owner = claim.of(user->id);
    auto hash = co_await parts_.hasher.hash(std::move(params.new_password), owner);
    if (!hash) {
        co_return hash.error();
    }
    auto use = [&](sql::Session& session) {
        return use_link(session, link, user->id, parts_.clock.now());
    };
    Use live(std::move(use));
    auto stored =
        co_await store_reset(*user, std::move(*hash), params.whereabouts, from, std::move(live));
    if (!stored) {
        co_return invalid_reset_link();
    }
    co_return std::move(*stored);
}

Task<std::optional<User>> PasswordService::store_reset(const User& user, std::string hash,
                                                       const Whereabouts& whereabouts,
                                                       const audit::Actor& from, Use use) {
    auto store = [&](sql::Session& session, Writes& writes) -> std::optional<User> {
        const auto now = parts_.clock.now();
        const auto current = lock_user(session, user.id);
        if (!current || current->disabled || !use(session)) {
            return std::nullopt;
        }
        replace_password(session, *current, hash, now);
        if (!current->email_verified) {
            mark_verified(session, *current, now);
        }
        cancel_email_changes(session, user.id);
        parts_.sessions.end_all(session, writes, user.id);
        parts_.outbox.put(session, password_changed_mail(*current, whereabouts, now));
        parts_.record(session, from,
                      {.action = "auth.password_reset", .subject = account_subject(user.id)});
        return find_user(session, user.id);
    };
    co_return co_await parts_.write(std::move(store));
}

Task<Result<LoggedIn>> PasswordService::change(Principal principal, ChangeParams params,
                                               const limits::Claim& claim, audit::Actor actor) {
    const auto user = co_await reauthenticate(parts_, actor, params.current, claim);
    if (!user) {
        co_return user.error();
    }
    if (comparable_form(params.current).reveal() == comparable_form(params.replacement).reveal()) {
        co_return invalid_field("newPassword",
                                "New password must be different from your current password");
    }
    const auto hash = co_await parts_.hasher.hash(std::move(params.replacement), claim);
    if (!hash) {
        co_return hash.error();
    }
    auto stored = co_await store_change(*user, principal, *hash, params.whereabouts, actor);
    if (!stored) {
        co_return changed_meanwhile();
    }
    co_return std::move(*stored);
}

Task<std::optional<LoggedIn>> PasswordService::store_change(const User& user,
                                                            const Principal& principal,
                                                            const std::string& hash,
                                                            const Whereabouts& whereabouts,
                                                            const audit::Actor& actor) {
    auto store = [&](sql::Session& session, Writes& writes) -> std::optional<LoggedIn> {
        const auto now = parts_.clock.now();
        const auto current = still_current(session, user);
        if (!current) {
            return std::nullopt;
        }
        replace_password(session, *current, hash, now);
        cancel_email_changes(session, user.id);
        parts_.sessions.end_others(session, writes, user.id, principal.session_id);
        auto token = parts_.sessions.renew(session, user, principal.session_id);
        parts_.outbox.put(session, password_changed_mail(user, whereabouts, now));
        parts_.record_knock(session, actor,
                            audit::own_act("auth.password_changed", account_subject(user.id)));
        return LoggedIn{.user = *find_user(session, user.id), .token = std::move(token)};
    };
    co_return co_await parts_.write(std::move(store));
}

}  // namespace tripos::accounts
