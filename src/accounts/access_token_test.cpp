// SPDX-License-Identifier: MIT
#include "accounts/access_token.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>

namespace tripos::accounts {
namespace {

constexpr Timestamp kNow = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5);
const Secret kSecret("0123456789abcdef0123456789abcdef");

AccessClaims claims() {
    return {.user_id = "user-1",
            .session_id = "session-1",
            .role = "USER",
            .email_verified = true,
            .issued_at = kNow,
            .expires_at = kNow + std::chrono::hours(1)};
}

std::string base64url(std::string_view text) {
    constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string out(sodium_base64_encoded_len(text.size(), kVariant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()),
                      text.size(), kVariant);
    out.resize(out.find('\0'));
    return out;
}

/// Any header and payload, with a genuine HMAC-SHA-256 of the server's secret.
std::string forge(std::string_view header, std::string_view payload) {
    const auto text = base64url(header) + "." + base64url(payload);
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256_state state;
    const auto& key = kSecret.reveal();
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()),
                                key.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                  text.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    return text + "." + base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

std::string payload(std::string_view purpose) {
    return R"({"userId":"user-1","sid":"session-1","role":"USER","emailVerified":true,"purpose":")" +
           std::string(purpose) + R"(","iat":1767571200,"exp":1999999999})";
}

std::string message_of(const Result<AccessClaims>& result) {
    return result ? "accepted" : result.error().message;
}

TEST(AccessTokens, ReadsBackWhatItIssued) {
    const AccessTokens tokens(kSecret);
    const auto read = tokens.read(tokens.issue(claims()), kNow);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->user_id, "user-1");
    EXPECT_EQ(read->session_id, "session-1");
    EXPECT_EQ(read->role, "USER");
    EXPECT_TRUE(read->email_verified);
    EXPECT_EQ(read->expires_at, kNow + std::chrono::hours(1));
}

TEST(AccessTokens, TellsAnExpiredTokenFromAnInvalidOne) {
    const AccessTokens tokens(kSecret);
    const auto token = tokens.issue(claims());
    EXPECT_TRUE(tokens.read(token, kNow + std::chrono::minutes(59)));
    EXPECT_EQ(message_of(tokens.read(token, kNow + std::chrono::hours(1))), "Token expired");
}

TEST(AccessTokens, AcceptsAGenuineForeignTokenOfTheSameForm) {
    const auto token = forge(R"({"alg":"HS256","typ":"JWT"})", payload("access"));
    EXPECT_EQ(message_of(AccessTokens(kSecret).read(token, kNow)), "accepted");
}

TEST(AccessTokens, RefusesOtherAlgorithmsAndPurposes) {
    const AccessTokens tokens(kSecret);
    const auto unsigned_token =
        base64url(R"({"alg":"none","typ":"JWT"})") + "." + base64url(payload("access")) + ".";
    for (const auto& token :
         {unsigned_token, unsigned_token + "x", forge(R"({"alg":"none"})", payload("access")),
          forge(R"({"alg":"NONE"})", payload("access")),
          forge(R"({"alg":"HS384"})", payload("access")),
          forge(R"({"typ":"JWT"})", payload("access")),
          forge(R"({"alg":"HS256"})", payload("email")), forge(R"({"alg":"HS256"})", "{}"),
          forge(R"({"alg":"HS256"})", "[1]"), forge("{", payload("access"))}) {
        EXPECT_EQ(message_of(tokens.read(token, kNow)), "Invalid token") << token;
    }
}

TEST(AccessTokens, ChecksIssuerAudienceAndBeginWhereATokenHasThem) {
    const AccessTokens tokens(kSecret);
    const auto with = [](std::string_view claims) {
        auto all = payload("access");
        all.insert(all.size() - 1, "," + std::string(claims));
        return forge(R"({"alg":"HS256"})", all);
    };
    for (const auto* good :
         {R"("iss":"tripos")", R"("aud":"tripos-api")", R"("iss":"tripos","aud":"tripos-api")",
          R"("nbf":1767571200)", R"("nbf":1767571260)"}) {  // a minute ahead: clocks differ
        EXPECT_EQ(message_of(tokens.read(with(good), kNow)), "accepted") << good;
    }
    for (const auto* bad :
         {R"("iss":"other")", R"("aud":"other")", R"("iss":"tripos","aud":"other")", R"("iss":1)",
          R"("iss":null)", R"("aud":["tripos-api"])", R"("nbf":1767571261)", R"("nbf":"0")",
          R"("nbf":null)"}) {
        EXPECT_EQ(message_of(tokens.read(with(bad), kNow)), "Invalid token") << bad;
    }
}

TEST(AccessTokens, RefusesForgedAndMangledTokens) {
    const AccessTokens tokens(kSecret);
    const auto token = tokens.issue(claims());
    auto altered = token;
    altered[altered.find('.') + 5] ^= 1;
    for (const auto& bad :
         {std::string(), std::string("x"), std::string("a.b.c"), std::string("..."), altered,
          token.substr(0, token.size() - 2), token + "." + token, std::string(5000, 'a'),
          AccessTokens(Secret("another secret, as long as this")).issue(claims()),
          token + std::string(1, '\0')}) {
        EXPECT_EQ(message_of(tokens.read(bad, kNow)), "Invalid token") << bad.substr(0, 200);
    }
}

}  // namespace
}  // namespace tripos::accounts
