// SPDX-License-Identifier: MIT
#include "accounts/session_cookie.hpp"

namespace tripos::accounts {

std::string set_cookie(const Cookie& cookie, const CookiePolicy& policy) {
    const std::string path(policy.host_bound ? "/" : cookie.path);
    auto text = policy.name_of(cookie.name) + "=" + std::string(cookie.value) + "; Path=" + path +
                "; Max-Age=" + std::to_string(cookie.age.count()) + "; HttpOnly";
    if (policy.secure) {
        text += "; Secure";
    }
    text += policy.cross_site ? "; SameSite=None" : "; SameSite=Lax";
    if (!policy.domain.empty()) {
        text += "; Domain=" + policy.domain;
    }
    return text;
}

std::string session_cookie(const std::string& token, std::chrono::seconds age,
                           const CookiePolicy& policy) {
    return set_cookie({.name = CookiePolicy::kPlainName, .value = token, .age = age}, policy);
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
