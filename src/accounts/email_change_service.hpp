// SPDX-License-Identifier: MIT
#pragma once
// EmailChangeService: from one address to another without the account ever being out of reach of
// its owner. Nothing changes before the new address is confirmed through a link sent to it; the old
// one gets a link that undoes everything, for longer than the other lives.

#include <functional>
#include <string>

#include "accounts/accounts_parts.hpp"
#include "accounts/email_changes.hpp"
#include "accounts/whereabouts.hpp"

namespace tripos::accounts {

struct EmailChangeRequest {
    mail::Address new_email;
    Secret password;
    Whereabouts whereabouts;
};

/// Thread-safe.
class EmailChangeService {
  public:
    explicit EmailChangeService(const AccountsParts& parts) : parts_(parts) {}

    /// Mails both links. invalid_field("currentPassword") or ("newEmail": the address it has
    /// already), conflict("email_taken").
    Task<Result<>> request(EmailChangeRequest request, const limits::Claim& claim,
                           audit::Actor actor);
    /// The new address becomes the account's; sessions go on. invalid("invalid_token") for an
    /// unknown, used or late link; conflict("email_taken") when somebody else took the address
    /// since.
    /// `claim` counts links that do not live.
    Task<Result<>> confirm(std::string token, const limits::Claim& claim, audit::Actor from);
    /// The address before that change becomes the account's again, and every session ends. Errors
    /// as above.
    Task<Result<>> revert(std::string token, const limits::Claim& claim, audit::Actor from);

  private:
    using Follow = std::function<EmailChangeOutcome(sql::Session&, Writes&)>;
    Task<Result<>> follow(const std::string& token, const limits::Claim& claim, Follow use);
    static Result<> finish(const EmailChangeOutcome& outcome);

    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
