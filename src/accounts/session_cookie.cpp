// SPDX-License-Identifier: MIT
#include "accounts/session_cookie.hpp"

namespace tripos::accounts {

namespace {

std::string cookie(const std::string& token, std::chrono::seconds age,
                   const AccountsOptions& options) {
    std::string text =
        "accessToken=" + token + "; Path=/; Max-Age=" + std::to_string(age.count()) + "; HttpOnly";
    if (!options.is_production) {
        return text + "; SameSite=Lax";
    }
    text += "; Secure; SameSite=None";
    if (!options.cookie_domain.empty()) {
        text += "; Domain=" + options.cookie_domain;
    }
    return text;
}

}  // namespace

std::string session_cookie(const std::string& token, const AccountsOptions& options) {
    return cookie(token, options.token_ttl, options);
}

std::string expired_session_cookie(const AccountsOptions& options) {
    return cookie("", std::chrono::seconds(0), options);
}

}  // namespace tripos::accounts
