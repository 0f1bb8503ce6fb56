// SPDX-License-Identifier: MIT
#include "mail/webhook_signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::mail {

namespace {

constexpr std::string_view kEncodedSecret = "whsec_";
constexpr std::size_t kLongestId = 200;
constexpr std::size_t kShortestKey = 24;  // of the specification

/// Nothing when what follows "whsec_" is no base64.
std::optional<std::string> key_of(const Secret& secret) {
    const auto& text = secret.reveal();
    return text.starts_with(kEncodedSecret)
               ? base64_decode(std::string_view(text).substr(kEncodedSecret.size()))
               : text;
}

Error refuse(const char* why) {
    return unauthorized(std::string("The webhook is not believed: ") + why);
}

}  // namespace

bool is_webhook_secret(const Secret& secret) {
    const auto key = key_of(secret);
    return key && key->size() >= kShortestKey;
}

std::string sign_webhook(std::string_view id, std::string_view timestamp, std::string_view body,
                         const Secret& secret) {
    std::string text(id);
    text.append(".").append(timestamp).append(".").append(body);
    const auto key = key_of(secret);
    TRIPOS_ASSERT(key.has_value());
    std::array<std::uint8_t, 32> mac{};
    unsigned int size = 0;
    const auto* made =
        HMAC(EVP_sha256(), key->data(), static_cast<int>(key->size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
    TRIPOS_ASSERT(made != nullptr && size == mac.size());
    return "v1," + base64_encode(mac);
}

Result<> verify_webhook(const WebhookHead& head, std::string_view body, const Secret& secret,
                        Timestamp now) {
    if (head.id.empty() || head.id.size() > kLongestId || head.timestamp.empty() ||
        head.signature.empty()) {
        return refuse("webhook-id, webhook-timestamp and webhook-signature must be there");
    }
    const auto seconds = parse_int(head.timestamp);
    if (!seconds ||
        std::chrono::abs(now - Timestamp(std::chrono::seconds(*seconds))) > kWebhookTolerance) {
        return refuse("its time is more than 5 minutes from now");
    }
    const auto expected = sign_webhook(head.id, head.timestamp, body, secret);
    for (const auto signature : split(head.signature, ' ')) {
        if (equal_in_constant_time(signature, expected)) {
            return {};
        }
    }
    return refuse("its signature is not right");
}

}  // namespace tripos::mail
