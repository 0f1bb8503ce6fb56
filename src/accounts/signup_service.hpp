// SPDX-License-Identifier: MIT
#pragma once
// SignupService: from nothing to a verified account. The verification mail is accepted in the
// transaction that creates the account, or there is no account.

#include <string>

#include "accounts/accounts_parts.hpp"
#include "accounts/one_time_secrets.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

struct SignupParams {
    std::string full_name;
    mail::Address email;
    Secret password;
};

/// An account made by staff, the command line or the demo data.
struct NewUser {
    std::string full_name;
    mail::Address email;
    std::string password_hash;  ///< of PasswordHasher
    Role role = Role::user;
    bool email_verified = true;
    std::optional<Profile> profile;
};

/// Thread-safe.
class SignupService {
  public:
    explicit SignupService(const AccountsParts& parts) : parts_(parts) {}

    /// conflict("email_taken") when the address has an account.
    Task<Result<>> sign_up(SignupParams params);
    Task<Verification::Outcome> verify(std::string token);
    /// Sends another link when there is an unverified account and the last mail is old enough;
    /// tells nobody.
    Task<> resend(mail::Address email);

    /// Adds the account without a mail; its id. conflict("email_taken") or
    /// conflict("enrollment_taken").
    Task<Result<std::string>> create_user(NewUser user);

  private:
    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
