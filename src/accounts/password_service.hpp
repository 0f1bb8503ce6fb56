// SPDX-License-Identifier: MIT
#pragma once
// PasswordService: forgotten and changed passwords.

#include <string>

#include "accounts/account_mails.hpp"
#include "accounts/accounts_parts.hpp"
#include "accounts/principal.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

struct ResetParams {
    mail::Address email;
    std::string code;  ///< six digits
    Secret new_password;
};

struct ChangeParams {
    Secret current;
    Secret replacement;
    Whereabouts whereabouts;
};

/// Thread-safe.
class PasswordService {
  public:
    explicit PasswordService(const AccountsParts& parts) : parts_(parts) {}

    /// Mails a one-time code, if the account exists; an older code is dead. Tells nobody, and takes
    /// the same work.
    Task<> forgot(mail::Address email);
    /// Sets the password, ends every session and what waits for confirmation.
    /// invalid("invalid_code") for a wrong, used, dead or late code and for an unknown address
    /// alike.
    Task<Result<>> reset(ResetParams params, audit::Actor from);
    /// Sets the password, ends the user's other sessions and mails a notice; a fresh access token
    /// for this session.
    Task<Result<std::string>> change(Principal principal, ChangeParams params, audit::Actor actor);

  private:
    Task<bool> store_change(const User& user, const Principal& principal, const std::string& hash,
                            const Whereabouts& whereabouts, const audit::Actor& actor,
                            std::string& token);

    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
