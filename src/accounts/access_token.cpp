// SPDX-License-Identifier: MIT
#include "accounts/access_token.hpp"

#include <jwt.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "core/assert.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLongestToken = 2048;
constexpr const char* kPurpose = "access";
constexpr const char* kIssuer = "tripos";
constexpr const char* kAudience = "tripos-api";

/// How far the clocks of two processes of a site may be apart.
constexpr std::int64_t kSkewSeconds = 60;

struct FreeText {
    void operator()(char* text) const { std::free(text); }
};

using Jwt = std::unique_ptr<jwt_t, decltype(&jwt_free)>;

std::int64_t to_seconds(Timestamp at) {
    return to_millis(at) / 1000;
}

Timestamp from_seconds(std::int64_t seconds) {
    return from_millis(seconds * 1000);
}

const unsigned char* key_of(const Secret& secret) {
    return reinterpret_cast<const unsigned char*>(secret.reveal().data());
}

std::string text_of(jwt_t* jwt, const char* name) {
    const char* text = jwt_get_grant(jwt, name);
    return text == nullptr ? std::string() : std::string(text);
}

/// True too when the claim is not there.
bool has_text(jwt_t* jwt, const char* name, std::string_view wanted) {
    errno = 0;
    const char* text = jwt_get_grant(jwt, name);
    return text == nullptr ? errno == ENOENT : text == wanted;
}

bool is_valid_by(jwt_t* jwt, Timestamp now) {
    errno = 0;
    const auto not_before = jwt_get_grant_int(jwt, "nbf");
    if (errno != 0) {
        return errno == ENOENT;
    }
    // What is no number reads as 0.
    return not_before > 0 && not_before <= to_seconds(now) + kSkewSeconds;
}

}  // namespace

std::string AccessTokens::issue(const AccessClaims& claims) const {
    jwt_t* raw = nullptr;
    int failed = jwt_new(&raw);
    const Jwt jwt(raw, &jwt_free);
    TRIPOS_ASSERT(failed == 0);
    failed |= jwt_set_alg(jwt.get(), JWT_ALG_HS256, key_of(secret_),
                          static_cast<int>(secret_.reveal().size()));
    failed |= jwt_add_grant(jwt.get(), "userId", claims.user_id.c_str());
    failed |= jwt_add_grant(jwt.get(), "role", claims.role.c_str());
    failed |= jwt_add_grant_bool(jwt.get(), "emailVerified", claims.email_verified ? 1 : 0);
    failed |= jwt_add_grant(jwt.get(), "sid", claims.session_id.c_str());
    failed |= jwt_add_grant(jwt.get(), "purpose", kPurpose);
    failed |= jwt_add_grant(jwt.get(), "iss", kIssuer);
    failed |= jwt_add_grant(jwt.get(), "aud", kAudience);
    failed |= jwt_add_grant_int(jwt.get(), "nbf", to_seconds(claims.issued_at));
    failed |= jwt_add_grant_int(jwt.get(), "iat", to_seconds(claims.issued_at));
    failed |= jwt_add_grant_int(jwt.get(), "exp", to_seconds(claims.expires_at));
    TRIPOS_ASSERT(failed == 0);
    const std::unique_ptr<char, FreeText> text(jwt_encode_str(jwt.get()));
    TRIPOS_ASSERT(text != nullptr);
    return text.get();
}

Result<AccessClaims> AccessTokens::read(const std::string& token, Timestamp now) const {
    const auto refused = unauthorized("Invalid token");
    if (token.empty() || token.size() > kLongestToken || token.find('\0') != std::string::npos) {
        return refused;
    }
    jwt_t* raw = nullptr;
    const int failed =
        jwt_decode(&raw, token.c_str(), key_of(secret_), static_cast<int>(secret_.reveal().size()));
    const Jwt jwt(raw, &jwt_free);
    // The algorithm is ours to choose, never the token's: "none" and the other HMACs are refused.
    if (failed != 0 || jwt_get_alg(jwt.get()) != JWT_ALG_HS256 ||
        text_of(jwt.get(), "purpose") != kPurpose || !has_text(jwt.get(), "iss", kIssuer) ||
        !has_text(jwt.get(), "aud", kAudience) || !is_valid_by(jwt.get(), now)) {
        return refused;
    }
    AccessClaims claims{.user_id = text_of(jwt.get(), "userId"),
                        .session_id = text_of(jwt.get(), "sid"),
                        .role = text_of(jwt.get(), "role"),
                        .email_verified = jwt_get_grant_bool(jwt.get(), "emailVerified") == 1,
                        .issued_at = from_seconds(jwt_get_grant_int(jwt.get(), "iat")),
                        .expires_at = from_seconds(jwt_get_grant_int(jwt.get(), "exp"))};
    if (claims.user_id.empty() || claims.session_id.empty()) {
        return refused;
    }
    if (claims.expires_at <= now) {
        return unauthorized("Token expired");
    }
    return claims;
}

}  // namespace tripos::accounts
