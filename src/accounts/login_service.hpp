// SPDX-License-Identifier: MIT
#pragma once
// LoginService: opens and ends sessions.

#include <string>

#include "accounts/accounts_parts.hpp"
#include "accounts/user.hpp"
#include "accounts/whereabouts.hpp"

namespace tripos::accounts {

struct LoginParams {
    mail::Address email;
    Secret password;
    Whereabouts whereabouts;  ///< kept with the session
};

struct LoggedIn {
    User user;
    std::string token;  ///< access token of a new session
};

/// Thread-safe.
class LoginService {
  public:
    explicit LoginService(const AccountsParts& parts) : parts_(parts) {}

    /// unauthorized: address or password is wrong, without saying which, and after the same work.
    /// forbidden: the account is disabled, or its address is not verified (then the error carries
    /// `email`). A password that is stored in an old form is stored anew. What is wrong is a
    /// failure that `claim` counts; refused by the limits, or by the queue for hashes.
    Task<Result<LoggedIn>> log_in(LoginParams params, const limits::Claim& claim,
                                  audit::Actor from);
    Task<bool> is_account(const mail::Address& email) const;
    Task<> log_out(std::shared_ptr<const Principal> caller, audit::Actor actor);

  private:
    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
