// SPDX-License-Identifier: MIT
#pragma once
// SignupService: from nothing to a verified account. The verification mail is accepted in the
// transaction that stores the sign-up, or there is no sign-up. It becomes an account when its
// address is confirmed (pending_signups.hpp).

#include <string>

#include "accounts/accounts_parts.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/pending_signups.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

struct SignupParams {
    std::string full_name;
    mail::Address email;
    Secret password;
    std::string ip;  ///< of whoever asks
};

/// What comes with a link. A mail can be asked for with anybody's address: whoever sees its link
/// shows that the sign-up was his own by its password, or sets another one.
struct VerifyParams {
    std::string token;
    std::optional<Secret> password;      ///< of the sign-up
    std::optional<Secret> new_password;  ///< instead of the sign-up's
};

/// An account made by staff, the command line or the demo data.
struct NewUser {
    std::string full_name;
    mail::Address email;
    std::string password_hash;  ///< of PasswordHasher
    Roles roles;
    bool email_verified = true;
    std::optional<Profile> profile;
};

/// Thread-safe.
class SignupService {
  public:
    explicit SignupService(const AccountsParts& parts) : parts_(parts) {}

    /// conflict("email_taken") when the address has a confirmed account.
    Task<Result<>> sign_up(SignupParams params, const limits::Claim& claim, audit::Actor from);
    /// done or done_before; invalid("invalid_token"), invalid_field("password") when it is not that
    /// of the sign-up: failures that `claim` counts; invalid("password_required") for an
    /// invitation without a new one.
    Task<Result<Activation>> verify(VerifyParams params, const limits::Claim& claim,
                                    audit::Actor from);
    /// Sends another link when there is a sign-up and the last mail is old enough; tells nobody.
    /// `ip`: of whoever asks.
    Task<> resend(mail::Address email, std::string ip);

    /// Mails a link that makes the account with a password of the person's choice, unless there is
    /// an account, or a link that still works; whether it did. In the caller's transaction.
    bool invite(sql::Session& session, const Enrolled& person);

    /// Adds the account without a mail; its id. conflict("email_taken") or
    /// conflict("enrollment_taken").
    Task<Result<std::string>> create_user(NewUser user, audit::Actor actor);

  private:
    /// The hash to use in place of the sign-up's; empty: the sign-up's, whose password was proven
    /// if one was given.
    Task<Result<std::string>> hash_behind(const PendingSignup& signup, VerifyParams& params,
                                          const limits::Claim& claim);

    const AccountsParts& parts_;
};

}  // namespace tripos::accounts
