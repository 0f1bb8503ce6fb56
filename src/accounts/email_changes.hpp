// SPDX-License-Identifier: MIT
#pragma once
// E-mail changes as stored: who asked to move from which address to which, until when the new one
// may be confirmed and the old one restored. Only digests of the two tokens are stored; each works
// once. Functions run inside the caller's transaction.
//
// After a confirmation the old address stays reserved for its owner until the revert link is dead:
// otherwise whoever stole an account could block its return by signing up with that address.

#include <string>

#include "core/clock.hpp"
#include "mail/address.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

struct EmailChange {
    std::string user_id;
    mail::Address new_email;
    std::string confirm_token;  ///< 64 random hexadecimal digits, as in the link
    std::string revert_token;
    Timestamp created_at{};
    Timestamp confirm_until{};
    Timestamp revert_until{};
};

/// Adds the change, away from the address the account has now. Earlier ones of the user can be
/// confirmed no more; those that were can still be undone.
void put_email_change(sql::Session& session, const EmailChange& change);

/// Whether the address is another account's, or reserved for another.
bool address_taken(sql::Session& session, const std::string& canonical, const std::string& user_id,
                   Timestamp now);

/// Whether it is a link that lives, of either kind.
bool is_live_link(sql::Session& session, const std::string& token, Timestamp now);

struct EmailChangeOutcome {
    enum class Kind { done, done_before, refused, taken };
    /// done_before: the button was pressed twice; refused: unknown, late, or something else has
    /// happened since; taken: the token stays good.
    Kind kind = Kind::refused;
    std::string user_id = {};  ///< empty unless done
};

/// Gives the account its new address. One-time codes sent to the old one are dead.
EmailChangeOutcome confirm_email_change(sql::Session& session, const std::string& token,
                                        Timestamp now);
/// Gives the account back the address it had before that change, whether or not it was confirmed,
/// and kills every later change and code. Changes before it can still be undone:
/// they are the older owner's.
EmailChangeOutcome revert_email_change(sql::Session& session, const std::string& token,
                                       Timestamp now);

/// Nothing that is pending can be confirmed any more: the password was changed.
void cancel_email_changes(sql::Session& session, const std::string& user_id);

}  // namespace tripos::accounts
