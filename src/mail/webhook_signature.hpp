// SPDX-License-Identifier: MIT
#pragma once
// Signed webhooks, in the form of the Standard Webhooks specification: `webhook-id`,
// `webhook-timestamp` (Unix seconds) and `webhook-signature`, which lists
// "v1,<base64 of HMAC-SHA256(secret, id.timestamp.body)>". Pure functions.

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace tripos::mail {

/// How far a timestamp may be from now: older deliveries could be replays.
inline constexpr std::chrono::minutes kWebhookTolerance{5};

/// The headers a Standard Webhook comes with.
struct WebhookHead {
    std::string id;         ///< webhook-id: the same on every retry
    std::string timestamp;  ///< webhook-timestamp: seconds since 1970
    std::string signature;  ///< webhook-signature: one or more, with their versions
};

/// Whether it is fit to sign with: at least 24 bytes, as they are or as "whsec_" and base64.
bool is_webhook_secret(const Secret& secret);

/// unauthorized(...) when a header is missing, the time is not now, or no signature is right.
/// Requires: is_webhook_secret(secret), but for its length.
Result<> verify_webhook(const WebhookHead& head, std::string_view body, const Secret& secret,
                        Timestamp now);
/// The one signature of that request, for senders and tests.
std::string sign_webhook(std::string_view id, std::string_view timestamp, std::string_view body,
                         const Secret& secret);

}  // namespace tripos::mail
