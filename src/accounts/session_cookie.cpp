// SPDX-License-Identifier: MIT
#include "accounts/session_cookie.hpp"

namespace tripos::accounts {

std::string session_cookie(const std::string& token, std::chrono::seconds age,
                           const CookiePolicy& policy) {
    auto text = std::string(policy.name()) + "=" + token +
                "; Path=/; Max-Age=" + std::to_string(age.count()) + "; HttpOnly";
    if (policy.secure) {
        text += "; Secure";
    }
    text += policy.cross_site ? "; SameSite=None" : "; SameSite=Lax";
    if (!policy.domain.empty()) {
        text += "; Domain=" + policy.domain;
    }
    return text;
}

void end_session_cookies(http::Response& response, const CookiePolicy& policy) {
    const auto end = [&response](const CookiePolicy& one) {
        response.with_header("Set-Cookie", session_cookie("", std::chrono::seconds(0), one));
    };
    end(policy);
    if (policy.host_bound || !policy.domain.empty()) {
        auto plain = policy;
        plain.host_bound = false;
        plain.domain.clear();
        end(plain);
    }
}

}  // namespace tripos::accounts
