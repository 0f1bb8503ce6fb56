// SPDX-License-Identifier: MIT
#pragma once
// Slow retries: how a mail that the relay refuses for now goes on after its job's attempts, which
// are the quick ones. The pauses grow with the time since its first refusal, until its lifetime
// ends: two days, or earlier where what it carries expires. Pure functions.

#include <chrono>
#include <optional>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "mail/transport.hpp"

namespace tripos::notices {

/// Since when a mail is refused, and how long it makes sense to go on.
struct RefusedMail {
    mail::Urgency urgency = mail::Urgency::notice;
    Timestamp since{};  ///< the first refusal
    std::optional<Timestamp> expires_at;
};

/// How long the mail waits before its next try; nothing: its lifetime ends before that.
std::optional<std::chrono::milliseconds> slow_pause(const RefusedMail& mail, Timestamp now,
                                                    Random& random);

/// `pause`, or what the relay asked for where that is longer; for a code or a link, which somebody
/// waits for, not much longer: relays ask for more than they mean.
std::chrono::milliseconds with_what_was_asked(std::chrono::milliseconds pause,
                                              const mail::Delivery& delivery,
                                              mail::Urgency urgency);

/// Whether the relay refused this very message for now; what befalls the connection is not the
/// message's own. `throttled`: how many of its tries before were throttled - after too many it is
/// the message after all.
bool is_refused_for_now(const mail::Delivery& delivery, int throttled);

}  // namespace tripos::notices
