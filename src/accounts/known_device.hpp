// SPDX-License-Identifier: MIT
#pragma once
// KnownDevice: a browser remembers who has logged in with it, so that a lock which strangers have
// brought upon an account does not hold there. It proves nothing else. The cookie is an id of the
// browser and, for each of the latest accounts, the day and a code that only the server can make:
// of that day, the account and its generation, so that the server forgets a browser when the
// account has another password, and after 180 days, whatever the browser keeps.

#include <chrono>
#include <string>
#include <string_view>

#include "accounts/session_cookie.hpp"
#include "accounts/user.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "http/message.hpp"

namespace tripos::accounts {

/// Immutable; thread-safe. What it refers to outlives it.
class KnownDevice {
  public:
    static constexpr std::string_view kCookie = "knownDevice";
    static constexpr std::size_t kMostAccounts = 5;
    static constexpr std::chrono::days kAge{180};
    /// As long as a session lives from before its cookie was bound to its host.
    static constexpr std::chrono::days kAgeUnbound{7};

    KnownDevice(const Secret& secret, const CookiePolicy& policy, const Clock& clock,
                Random& random)
        : secret_(secret), policy_(policy), clock_(clock), random_(random) {}

    /// False: no account is known here, whichever it is.
    bool is_shown(const http::Request& request) const;
    /// The browser's id if the account has logged in with it, otherwise empty.
    std::string id_for(const http::Request& request, const User& account) const;
    /// The value of Set-Cookie after the account has logged in.
    std::string remember(const http::Request& request, const User& account) const;

  private:
    std::string id_under(const std::string& name, std::chrono::days most,
                         const http::Request& request, const User& account) const;
    std::string code_of(std::string_view name, std::string_view id, std::string_view day,
                        const User& account) const;
    std::int64_t today() const;

    const Secret& secret_;
    const CookiePolicy& policy_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace tripos::accounts
