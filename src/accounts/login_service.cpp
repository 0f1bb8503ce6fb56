// SPDX-License-Identifier: MIT
#include "accounts/login_service.hpp"

#include <boost/json/serialize.hpp>

namespace tripos::accounts {

namespace {

Error not_verified(const User& user) {
    auto error = forbidden("email_not_verified", "Please verify your email before logging in.");
    error.extra.emplace_back("email", boost::json::serialize(boost::json::string(user.email)));
    return error;
}

}  // namespace

Task<Result<LoggedIn>> LoginService::log_in(LoginParams params) {
    auto look = [&email = params.email](sql::Session& session) {
        return find_user_by_email(session, email.canonical);
    };
    auto user = co_await parts_.database.read(std::move(look));
    const std::string stored = user ? user->password_hash : std::string();
    const auto verdict =
        co_await parts_.hasher.verify_and_renew(stored, std::move(params.password));
    if (!verdict.is_right) {
        co_return unauthorized("Invalid email or password");
    }
    if (user->disabled) {
        co_return forbidden("account_disabled",
                            "This account is disabled. Please contact the staff.");
    }
    if (!user->email_verified) {
        co_return not_verified(*user);
    }
    auto open = [&](sql::Session& session) {
        if (!verdict.renewed.empty()) {
            // Unless somebody has set another meanwhile.
            replace_password(session, *user, verdict.renewed, parts_.clock.now());
        }
        return parts_.sessions.open(session, *user, params.whereabouts);
    };
    auto token = co_await parts_.database.write(std::move(open));
    co_return LoggedIn{.user = std::move(*user), .token = std::move(token)};
}

Task<> LoginService::log_out(std::shared_ptr<const Principal> caller) {
    auto end = [&](sql::Session& session, Writes& writes) {
        parts_.sessions.end(session, writes, caller->session_id, caller->user_id);
        return true;
    };
    co_await parts_.write(std::move(end));
}

}  // namespace tripos::accounts
