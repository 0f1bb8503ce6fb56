// SPDX-License-Identifier: MIT
#pragma once
// PasswordService: forgotten and changed passwords. Who resets one has read a mail to the address
// of the account, which proves it.

#include <functional>
#include <string>

#include "accounts/account_mails.hpp"
#include "accounts/accounts_parts.hpp"
#include "accounts/login_service.hpp"
#include "accounts/principal.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

struct ForgotParams {
    mail::Address email;
    std::string asker;  ///< tells the browser from all others
};

struct ResetParams {
    mail::Address email;
    std::string code;   ///< six digits
    std::string asker;  ///< of the browser
    Secret new_password;
    Whereabouts whereabouts;
};

struct LinkResetParams {
    std::string token;
    Secret new_password = {};
    Whereabouts whereabouts;
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

    /// Mails a one-time code and a link, if the account exists; older ones of this browser are
    /// dead. Tells nobody, and takes the same work.
    Task<> forgot(ForgotParams params, audit::Actor from);
    /// Whether the browser that sends this has a live code for the account.
    Task<bool> has_asked(const ResetParams& params) const;
    /// Sets the password, ends every session and what waits for confirmation, and mails a notice.
    /// invalid("invalid_code") for a wrong, used, dead or late code and for an unknown address
    /// alike, invalid("use_link") when the site takes no codes today. The account as it is now.
    Task<Result<User>> reset(ResetParams params, const limits::Claim& claim, audit::Actor from);
    /// The same by the link. invalid("invalid_token").
    Task<Result<User>> reset_by_link(LinkResetParams params, const limits::Claim& claim,
                                     audit::Actor from);
    /// Sets the password, ends the user's other sessions and mails a notice; the account as it is
    /// now, and a fresh access token for this session.
    Task<Result<LoggedIn>> change(Principal principal, ChangeParams params,
                                  const limits::Claim& claim, audit::Actor actor);

  private:
    /// What makes a code or link live, and dead by this very call.
    using Use = std::function<bool(sql::Session&)>;
    Task<std::optional<User>> store_reset(const User& user, std::string hash,
                                          const Whereabouts& whereabouts, const audit::Actor& from,
                                          Use use);
    Task<std::optional<LoggedIn>> store_change(const User& user, const Principal& principal,
                                               const std::string& hash,
                                               const Whereabouts& whereabouts,
                                               const audit::Actor& actor);

    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
