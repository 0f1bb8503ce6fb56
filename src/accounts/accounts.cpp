// SPDX-License-Identifier: MIT
#include "accounts/accounts.hpp"

#include "accounts/auth_api.hpp"
#include "accounts/email_change_api.hpp"
#include "accounts/expired_rows.hpp"
#include "accounts/profile_api.hpp"
#include "accounts/users_api.hpp"

namespace tripos::accounts {

namespace {
constexpr std::int64_t kSlice = 1'000;  // rows of each kind per transaction
}  // namespace

class Accounts::Impl {
  public:
    Impl(AccountsParts parts, AccountsOptions given)
        : options(std::move(given)),
          sessions(parts.database, parts.cache,
                   {.secret = options.access_secret,
                    .ttl = options.token_ttl,
                    .host_bound = options.cookie.host_bound},
                   parts.clock, parts.random),
          hasher(options.password_cost),
          departed(options.email_secret),
          environment{.database = parts.database,
                      .sessions = sessions,
                      .hasher = hasher,
                      .outbox = parts.outbox,
                      .mail_queued = std::move(parts.mail_queued),
                      .departed = departed,
                      .refuse_leave = std::move(parts.refuse_leave),
                      .clock = parts.clock,
                      .random = parts.random,
                      .options = options},
          guard(sessions, options),
          signup(environment),
          login(environment),
          password(environment),
          profiles(environment, parts.cache),
          email_changes(environment, profiles),
          own_data(environment, profiles),
          users(environment, profiles),
          auth_api(environment, guard, {.signup = signup, .login = login, .password = password}),
          profile_api(environment, guard, {.profiles = profiles, .own_data = own_data}),
          email_change_api(environment, guard, email_changes),
          users_api(guard, users) {}

    const AccountsOptions options;
    Sessions sessions;
    PasswordHasher hasher;
    const Departed departed;
    const Environment environment;
    const Guard guard;
    SignupService signup;
    LoginService login;
    PasswordService password;
    ProfileService profiles;
    EmailChangeService email_changes;
    OwnDataService own_data;
    UserAdmin users;
    AuthApi auth_api;
    ProfileApi profile_api;
    EmailChangeApi email_change_api;
    UsersApi users_api;
};

Accounts::Accounts(AccountsParts parts, AccountsOptions options)
    : impl_(std::make_unique<Impl>(std::move(parts), std::move(options))) {}

Accounts::~Accounts() = default;

void Accounts::add_routes(http::Router& router) {
    impl_->auth_api.add_routes(router);
    impl_->profile_api.add_routes(router);
    impl_->email_change_api.add_routes(router);
    impl_->users_api.add_routes(router);
}

const Departed& Accounts::departed() const {
    return impl_->departed;
}

const Guard& Accounts::guard() const {
    return impl_->guard;
}
Sessions& Accounts::sessions() {
    return impl_->sessions;
}
SignupService& Accounts::signup() {
    return impl_->signup;
}
PasswordHasher& Accounts::hasher() {
    return impl_->hasher;
}
UserAdmin& Accounts::users() {
    return impl_->users;
}
OwnDataService& Accounts::own_data() {
    return impl_->own_data;
}

Task<std::int64_t> Accounts::delete_expired() {
    std::int64_t total = 0;
    std::int64_t deleted = 1;
    while (deleted > 0) {
        auto work = [now = impl_->environment.clock.now()](sql::Session& session) {
            return accounts::delete_expired(session, now, kSlice);
        };
        deleted = co_await impl_->environment.database.write(std::move(work));
        total += deleted;
    }
    co_return total;
}

}  // namespace tripos::accounts
