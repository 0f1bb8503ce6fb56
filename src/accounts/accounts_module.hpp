// SPDX-License-Identifier: MIT
#pragma once
// AccountsModule: sign-up, log-in, sessions, profiles and the guard of every route, put together.
//
//     AccountsModule accounts(parts, limits, outbox, exams, options);
//     accounts.add_routes(router);
//     add_exam_routes(router, accounts.guard(), ...);

#include "accounts/auth_api.hpp"
#include "accounts/email_change_api.hpp"
#include "accounts/profile_api.hpp"
#include "accounts/sessions_api.hpp"
#include "accounts/users_api.hpp"
#include "module/module.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives every router it added routes to. Owned by the composition root.
class AccountsModule final : public Module {
  public:
    AccountsModule(const Parts& parts, limits::RateLimits& limits, const notices::Outbox& outbox,
                   ExamRules exams, AccountsOptions options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;
    /// At night where the exams are.
    std::vector<Chore> chores() override;
    Task<> start() override;

    const Guard& guard() const { return guard_; }
    Sessions& sessions() { return sessions_; }
    const Departed& departed() const { return departed_; }
    /// For the command line and the demo data: create_user().
    SignupService& signup() { return signup_; }
    PasswordHasher& hasher() { return hasher_; }
    const PasswordRules& password_rules() const { return options_.passwords; }
    /// For the command line.
    UserAdmin& users() { return users_; }
    /// For the export: this module's part of a user's data.
    OwnDataService& own_data() { return own_data_; }
    /// Deletes sessions, links and codes that are over, in slices; how many.
    Task<std::int64_t> delete_expired();

  private:
    const AccountsOptions options_;
    Sessions sessions_;
    PasswordHasher hasher_;
    const Departed departed_;
    const AccountsParts parts_;
    const Guard guard_;
    SignupService signup_;
    LoginService login_;
    PasswordService password_;
    ProfileService profiles_;
    EmailChangeService email_changes_;
    OwnDataService own_data_;
    UserAdmin users_;
    AuthApi auth_api_;
    ProfileApi profile_api_;
    SessionsApi sessions_api_;
    EmailChangeApi email_change_api_;
    UsersApi users_api_;
};

}  // namespace tripos::accounts
