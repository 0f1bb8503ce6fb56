// SPDX-License-Identifier: MIT
#pragma once
// The mails about an account, ready for the outbox. Pure functions.
// Whoever gets one may not know who asked for it: names stand in them as harmless_name() has them.

#include <string>

#include "accounts/accounts_options.hpp"
#include "accounts/email_changes.hpp"
#include "accounts/pending_signups.hpp"
#include "accounts/user.hpp"
#include "accounts/whereabouts.hpp"
#include "notices/outbox.hpp"

namespace tripos::accounts {

notices::OutgoingMail verification_mail(const PendingSignup& signup, const std::string& token,
                                        const AccountsOptions& options);
/// To somebody whom staff put on a roster.
notices::OutgoingMail invitation_mail(const PendingSignup& signup, const std::string& token,
                                      const AccountsOptions& options);
/// `link_token`: of the link that does the same as the code.
notices::OutgoingMail code_mail(const User& user, const std::string& code,
                                const std::string& link_token, const AccountsOptions& options);

notices::OutgoingMail password_changed_mail(const User& user, const Whereabouts& whereabouts,
                                            Timestamp when);
/// To the new address: the link that confirms it.
notices::OutgoingMail email_change_mail(const User& user, const EmailChange& change,
                                        const AccountsOptions& options);
/// To the address the account has: what is about to happen, and the link that undoes it.
notices::OutgoingMail email_change_notice(const User& user, const EmailChange& change,
                                          const Whereabouts& whereabouts,
                                          const AccountsOptions& options);

}  // namespace tripos::accounts
