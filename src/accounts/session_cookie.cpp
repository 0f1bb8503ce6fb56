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

void end_session_cookies(http::Response& response, const AccountsOptions& options) {
    response.with_header("Set-Cookie", cookie("", std::chrono::seconds(0), options));
    if (options.is_production && !options.cookie_domain.empty()) {
        auto host_only = options;
        host_only.cookie_domain.clear();
        response.with_header("Set-Cookie", cookie("", std::chrono::seconds(0), host_only));
    }
}

}  // namespace tripos::accounts
