// SPDX-License-Identifier: MIT
#pragma once
// The one place that says what a relay's reply means: outcome = f(stage, code, enhanced code, and
// where those leave it open, the words). RFC 5321 4.2, RFC 3463, and what relays really answer;
// smtp_replies_test.cpp is the table. Pure functions.

#include <chrono>
#include <optional>
#include <string_view>

#include "mail/detail/smtp_transcript.hpp"
#include "mail/transport.hpp"

namespace tripos::mail::detail {

/// The outcome of a conversation. Without a reply (code 0): `problem` says what happened to the
/// connection. `pause` is only what the relay's words ask for.
Delivery classify(const Transcript& transcript, std::string_view problem);

/// The outcome of one reply, for example "451 4.3.0 later", heard at that stage.
Delivery classify_reply(Stage stage, std::string_view line);

/// "try again in 20 seconds" and the like, at most `limit`.
std::optional<std::chrono::seconds> requested_wait(std::string_view reply,
                                                   std::chrono::seconds limit);

}  // namespace tripos::mail::detail
