// SPDX-License-Identifier: MIT
#pragma once
// Access tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256. Only that algorithm and only
// the purpose "access" are accepted (RFC 8725); times are checked here against the injected clock.
// Issuer and audience are the same for every site: its address may change, and its sessions go on.
// Tokens from before there were nbf, iss and aud have none of them.

#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace tripos::accounts {

/// What a token says. Role and verification are for front ends: the server asks the account itself.
struct AccessClaims {
    std::string user_id;
    std::string session_id;
    std::string role;  ///< USER or ADMIN
    bool email_verified = false;
    Timestamp issued_at{};   ///< whole seconds
    Timestamp expires_at{};  ///< whole seconds
};

/// Thread-safe; immutable.
class AccessTokens {
  public:
    explicit AccessTokens(Secret secret) : secret_(std::move(secret)) {}

    std::string issue(const AccessClaims& claims) const;
    /// unauthorized("Token expired") for a genuine token past its time; unauthorized("Invalid
    /// token") for everything else.
    Result<AccessClaims> read(const std::string& token, Timestamp now) const;

  private:
    Secret secret_;
};

}  // namespace tripos::accounts
