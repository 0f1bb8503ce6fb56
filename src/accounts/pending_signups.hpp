// SPDX-License-Identifier: MIT
#pragma once
// Sign-ups whose address nobody has confirmed: their SQL. Anybody can sign up with anybody's
// address, so each sign-up is a row of its own, and the link of its mail activates what that
// sign-up said: its name and its password. The first that is confirmed becomes the account, and the
// links of all others are dead. Only digests of the tokens are stored. Functions run inside the
// caller's transaction.

#include <chrono>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "module/entity.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

struct PendingSignup {
    std::string user_id;  ///< of the account that it becomes
    std::string email;    ///< as typed
    std::string canonical_email;
    std::string full_name;
    std::string password_hash;  ///< empty: staff invited, and the link is to bring a password
    std::string ip;             ///< of whoever asked; empty: unknown, or staff
    Timestamp asked_at{};
};

inline constexpr auto kSignupMembers = entity::Table(
    entity::Member{"user_id", &PendingSignup::user_id},
    entity::Member{"email", &PendingSignup::email},
    entity::Member{"email_canonical", &PendingSignup::canonical_email},
    entity::Member{"full_name", &PendingSignup::full_name},
    entity::Member{"password_hash", &PendingSignup::password_hash},
    entity::Member{"ip", &PendingSignup::ip}, entity::Member{"asked_at", &PendingSignup::asked_at});

/// Adds a link for the sign-up: its first one, or one more. `token`: 64 random hexadecimal digits,
/// as in the link.
void put_signup(sql::Session& session, const PendingSignup& signup, const std::string& token,
                Timestamp now, std::chrono::seconds ttl);

/// The sign-up whose link this is, while it works.
std::optional<PendingSignup> find_signup(sql::Session& session, const std::string& token,
                                         Timestamp now);
/// Of the sign-ups with that address the one that somebody at `ip` means: the newest from there,
/// or else the newest; its link may have expired. Invitations are none.
std::optional<PendingSignup> probable_signup(sql::Session& session,
                                             const std::string& canonical_email,
                                             const std::string& ip);
/// Whether a link for the address was sent after that instant.
bool link_sent_since(sql::Session& session, const std::string& canonical_email, Timestamp since);

enum class Activation { done, done_before, refused, needs_password };

/// Makes the account; `password_hash` instead of the sign-up's unless it is empty. done_before: the
/// address has a confirmed account, whichever link led to it.
Activation activate_signup(sql::Session& session, const std::string& token,
                           const std::string& password_hash, Timestamp now);

}  // namespace tripos::accounts
