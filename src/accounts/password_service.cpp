// SPDX-License-Identifier: MIT
#include "accounts/password_service.hpp"

#include "accounts/actor.hpp"

#include "accounts/digest.hpp"
#include "accounts/email_changes.hpp"
#include "accounts/one_time_secrets.hpp"
#include "accounts/password_rules.hpp"
#include "accounts/reauthentication.hpp"

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

}  // namespace

Task<> PasswordService::forgot(mail::Address email) {
    const auto code = random_code(parts_.random);
    const auto expires_at = parts_.clock.now() + parts_.options.code_ttl;
    auto send = [&, expires_at](sql::Session& session) {
        const auto user = find_user_by_email(session, email.canonical);
        const bool known = user && !user->disabled;
        const auto& id = known ? user->id : kNobody;
        const auto digest = code_digest(parts_.options.email_secret, id, code);
        put_code(session, {.user_id = id, .digest = digest}, expires_at);
        if (known) {
            parts_.outbox.put(session, code_mail(*user, code, parts_.options));
        }
    };
    co_await parts_.database.write(std::move(send));
}

Task<Result<>> PasswordService::reset(ResetParams params, audit::Actor from) {
    const int tries = parts_.options.code_tries;
    CodeDigest code;
    std::optional<User> user;
    auto check = [&](sql::Session& session) {
        user = find_user_by_email(session, params.email.canonical);
        code.user_id = user ? user->id : kNobody;
        code.digest = code_digest(parts_.options.email_secret, code.user_id, params.code);
        const bool right = check_code(session, code, parts_.clock.now(), tries);
        const bool may = right && user && !user->disabled;
        if (!may) {
            parts_.record(session, from,
                          {.action = "auth.reset_refused",
                           .subject = user ? account_subject(user->id) : std::string()});
        }
        return may;
    };
    const bool right = co_await parts_.database.write(std::move(check));
    if (!right) {
        co_return invalid_code();
    }
    // Hashing comes between check and use: a refused hash (overload) must not cost the code.
    const auto hash = co_await parts_.hasher.hash(std::move(params.new_password));
    auto store = [&](sql::Session& session, Writes& writes) {
        const auto now = parts_.clock.now();
        const auto current = find_user(session, user->id);
        if (!current || !use_code(session, code, now, tries)) {
            return false;
        }
        replace_password(session, *current, hash, now);
        cancel_email_changes(session, user->id);
        parts_.sessions.end_all(session, writes, user->id);
        parts_.record(session, from,
                      {.action = "auth.password_reset", .subject = account_subject(user->id)});
        return true;
    };
    const bool stored = co_await parts_.write(std::move(store));
    if (!stored) {
        co_return invalid_code();
    }
    co_return Result<>();
}

Task<Result<std::string>> PasswordService::change(Principal principal, ChangeParams params,
                                                  audit::Actor actor) {
    const auto user = co_await reauthenticate(parts_, principal.user_id, params.current);
    if (!user) {
        co_return user.error();
    }
    if (comparable_form(params.current).reveal() == comparable_form(params.replacement).reveal()) {
        co_return invalid_field("newPassword",
                                "New password must be different from your current password");
    }
    const auto hash = co_await parts_.hasher.hash(std::move(params.replacement));
    std::string token;
    const bool stored =
        co_await store_change(*user, principal, hash, params.whereabouts, actor, token);
    if (!stored) {
        co_return changed_meanwhile();
    }
    co_return token;
}

Task<bool> PasswordService::store_change(const User& user, const Principal& principal,
                                         const std::string& hash, const Whereabouts& whereabouts,
                                         const audit::Actor& actor, std::string& token) {
    auto store = [&](sql::Session& session, Writes& writes) {
        const auto now = parts_.clock.now();
        if (!replace_password(session, user, hash, now)) {
            return false;
        }
        cancel_email_changes(session, user.id);
        parts_.sessions.end_others(session, writes, user.id, principal.session_id);
        token = parts_.sessions.renew(session, user, principal.session_id);
        parts_.outbox.put(session, password_changed_mail(user, whereabouts, now));
        parts_.record(session, actor,
                      {.action = "auth.password_changed", .subject = account_subject(user.id)});
        return true;
    };
    co_return co_await parts_.write(std::move(store));
}

}  // namespace tripos::accounts
