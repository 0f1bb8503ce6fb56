// SPDX-License-Identifier: MIT
#pragma once
// KnownDevice: a browser remembers who has logged in with it, so that a lock which strangers have
// brought upon an account does not hold there. It proves nothing else. The cookie is an id of the
// browser and, for each of the latest accounts, a code that only the server can make.

#include <chrono>
#include <string>
#include <string_view>

#include "accounts/session_cookie.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "http/message.hpp"

namespace tripos::accounts {

/// Immutable; thread-safe. What it refers to outlives it.
class KnownDevice {
  public:
    static constexpr std::string_view kCookie = "knownDevice";
    static constexpr std::size_t kMostAccounts = 5;
    static constexpr std::chrono::hours kAge{180 * 24};

    KnownDevice(const Secret& secret, const CookiePolicy& policy, Random& random)
        : secret_(secret), policy_(policy), random_(random) {}

    /// The browser's id if `account` has logged in with it, otherwise empty.
    std::string id_for(const http::Request& request, std::string_view account) const;
    /// The value of Set-Cookie after `account` has logged in.
    std::string remember(const http::Request& request, std::string_view account) const;

  private:
    std::string code_of(std::string_view id, std::string_view account) const;

    const Secret& secret_;
    const CookiePolicy& policy_;
    Random& random_;
};

}  // namespace tripos::accounts
