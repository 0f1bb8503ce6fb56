// SPDX-License-Identifier: MIT
#pragma once
// The mails about an account, ready for the outbox. Pure functions.

#include <string>

#include "accounts/accounts_options.hpp"
#include "accounts/user.hpp"
#include "notices/outbox.hpp"

namespace tripos::accounts {

notices::OutgoingMail verification_mail(const User& user, const std::string& token,
                                        const AccountsOptions& options);
notices::OutgoingMail code_mail(const User& user, const std::string& code,
                                const AccountsOptions& options);

/// From where something was done.
struct Whereabouts {
    std::string ip;
    std::string device;  ///< the User-Agent; may be empty
};
notices::OutgoingMail password_changed_mail(const User& user, const Whereabouts& whereabouts,
                                            Timestamp when);

}  // namespace tripos::accounts
