// SPDX-License-Identifier: MIT
#pragma once
// AccountsOptions: what a site decides about accounts. A value type; filled from the settings by
// app/.

#include <chrono>
#include <string>
#include <vector>

#include "accounts/account_limits.hpp"
#include "accounts/password_hasher.hpp"
#include "accounts/password_rules.hpp"
#include "accounts/reset_codes.hpp"
#include "accounts/session_cookie.hpp"
#include "core/secret.hpp"
#include "http/origins.hpp"

namespace tripos::accounts {

/// The values a profile may have.
struct ProfileChoices {
    std::vector<std::string> courses{"BTECH", "BARCH", "MTECH"};
    std::vector<std::string> departments{"AEAM", "CE", "CST", "EE", "ETC",
                                         "IT",   "ME", "MIN", "MME"};
    std::vector<std::string> years{"ONE", "TWO", "THREE", "FOUR", "FIVE"};
    std::vector<std::string> semesters{"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"};
};

struct AccountsOptions {
    Secret access_secret;  ///< JWT_ACCESS_SECRET
    Secret email_secret;   ///< JWT_EMAIL_SECRET: keys the digests of codes
    PasswordRules passwords;
    PasswordCost password_cost;
    HashingQueueOptions hashing;
    std::chrono::seconds token_ttl{7 * 24 * 3600};         ///< of an access token and its session
    std::chrono::seconds session_idle_limit{0};            ///< 0: none
    std::chrono::seconds verification_ttl{24 * 3600};      ///< of the link in the verification mail
    std::chrono::seconds invitation_ttl{7 * 24 * 3600};    ///< of the link in an invitation
    std::chrono::seconds resend_cooldown{25};              ///< between two verification mails
    std::chrono::seconds email_confirm_ttl{24 * 3600};     ///< of the link to a new address
    std::chrono::seconds email_revert_ttl{7 * 24 * 3600};  ///< of the link that undoes a change
    std::chrono::seconds code_ttl{10 * 60};  ///< of a one-time code and the link beside it
    CodeLimits codes;                        ///< wrong tries
    std::chrono::seconds profile_ttl{3600};  ///< of a cached profile
    AccountLimits limits;
    ProfileChoices choices;
    std::string frontend_url;                          ///< FRONTEND_URL; empty: public_url
    std::string public_url = "http://localhost:8000";  ///< where our own pages are
    CookiePolicy cookie;
    http::Origins origins;  ///< whose pages may use the cookie, besides our own host
};

}  // namespace tripos::accounts
