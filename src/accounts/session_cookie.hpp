// SPDX-License-Identifier: MIT
#pragma once
// Cookies of this server (RFC 6265bis), first of all the one that carries the access token: never
// readable by scripts, for HTTPS only where the site has it, and no wider than the site's front end
// needs. Pure functions.

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace tripos::accounts {

/// What the site's addresses ask of the cookie. A value.
struct CookiePolicy {
    /// What front ends on other hosts look for, and every site had once.
    static constexpr std::string_view kPlainName = "accessToken";

    bool secure = false;      ///< over HTTPS only
    bool cross_site = false;  ///< also for pages of another site; requires `secure`
    /// Bound to this very host by its name, so that no neighbour on a parent domain can set it;
    /// requires `secure` and no domain.
    bool host_bound = false;
    std::string domain;  ///< COOKIE_DOMAIN; empty: the host alone

    std::string name_of(std::string_view plain) const {
        return (host_bound ? "__Host-" : "") + std::string(plain);
    }
    std::string name() const { return name_of(kPlainName); }
};

/// One cookie of this server. It borrows its texts.
struct Cookie {
    std::string_view name;  ///< the plain one
    std::string_view value;
    std::string_view path = "/";  ///< which is the path of whatever is bound to its host
    std::chrono::seconds age{0};  ///< 0: the browser forgets it
};

/// The value of Set-Cookie.
std::string set_cookie(const Cookie& cookie, const CookiePolicy& policy);
/// The same for an access token.
std::string session_cookie(const std::string& token, std::chrono::seconds age,
                           const CookiePolicy& policy);

/// Has the browser forget the cookie: as it is set now, and as earlier settings may have left it
/// behind - under its plain name, or as a host's own.
void end_session_cookies(http::Response& response, const CookiePolicy& policy);

}  // namespace tripos::accounts
