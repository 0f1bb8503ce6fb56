// SPDX-License-Identifier: MIT
#include "accounts/login_service.hpp"

#include "accounts/actor.hpp"
#include "accounts/pending_signups.hpp"
#include "accounts/reauthentication.hpp"
#include "http/json_writer.hpp"

namespace tripos::accounts {

namespace {

Error not_verified(const std::string& email) {
    auto error = forbidden("email_not_verified", "Please verify your email before logging in.");
    error.extra.emplace_back("email", http::json_string(email));
    return error;
}

/// Whose password is asked for: the account, or the sign-up that waits for its confirmation.
struct Known {
    std::optional<User> user;
    std::optional<PendingSignup> signup;  ///< only without an account

    /// Empty for nobody.
    std::string password_hash() const {
        if (user) {
            return user->password_hash;
        }
        return signup ? signup->password_hash : std::string();
    }
};

/// Why somebody with this password may not come in, if so.
std::optional<Error> refusal_of(const Known& known, bool is_right) {
    if (!is_right) {
        return unauthorized("Invalid email or password");
    }
    if (!known.user) {
        return not_verified(known.signup->email);
    }
    if (known.user->disabled) {
        return forbidden("account_disabled", "This account is disabled. Please contact the staff.");
    }
    return known.user->email_verified ? std::nullopt
                                      : std::optional(not_verified(known.user->email));
}

/// The same work whether or not there is such an account, and never the address that was typed: a
/// password ends up in that field, too.
audit::Knock knock_of(const Known& known, const Error& refusal) {
    return {.action = "auth.login_refused",
            .subject = known.user ? account_subject(known.user->id) : std::string(),
            .code = refusal.code};
}

}  // namespace

Task<Result<LoggedIn>> LoginService::log_in(LoginParams params, const limits::Claim& claim,
                                            audit::Actor from) {
    auto look = [&params](sql::Session& session) {
        const auto& email = params.email.canonical;
        Known known{.user = find_user_by_email(session, email)};
        if (!known.user) {
            known.signup = probable_signup(session, email, params.whereabouts.ip);
        }
        return known;
    };
    auto known = co_await parts_.database.read(std::move(look));
    auto& user = known.user;
    const auto verdict = co_await parts_.hasher.verify_and_renew(known.password_hash(),
                                                                 std::move(params.password), claim);
    if (!verdict) {
        co_return verdict.error();
    }
    if (const auto refusal = refusal_of(known, verdict->is_right)) {
        audit::Knock knock = knock_of(known, *refusal);
        co_await parts_.record_knock(std::move(from), std::move(knock));
        co_return *refusal;
    }
    auto self = from;
    self.id = user->id;
    auto open = [&](sql::Session& session) {
        if (!still_current(session, *user)) {  // the line may have been long
            return std::string();
        }
        if (!verdict->renewed.empty()) {
            replace_password(session, *user, verdict->renewed, parts_.clock.now());
        }
        parts_.record_knock(session, self, audit::own_act("auth.login", account_subject(user->id)));
        return parts_.sessions.open(session, *user, params.whereabouts);
    };
    auto token = co_await parts_.database.write(std::move(open));
    if (token.empty()) {
        const auto refusal = unauthorized("Invalid email or password");
        audit::Knock knock = knock_of(known, refusal);
        co_await parts_.record_knock(std::move(from), std::move(knock));
        co_return refusal;
    }
    co_return LoggedIn{.user = std::move(*user), .token = std::move(token)};
}

Task<bool> LoginService::is_account(const mail::Address& email) const {
    auto look = [&email](sql::Session& session) {
        return find_user_by_email(session, email.canonical).has_value();
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<> LoginService::log_out(std::shared_ptr<const Principal> caller, audit::Actor actor) {
    auto end = [&](sql::Session& session, Writes& writes) {
        parts_.record_knock(session, actor,
                            audit::own_act("auth.logout", account_subject(caller->user_id)));
        parts_.sessions.end(session, writes, caller->session_id, caller->user_id);
        return true;
    };
    co_await parts_.write(std::move(end));
}

}  // namespace tripos::accounts
