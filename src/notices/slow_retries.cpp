// SPDX-License-Identifier: MIT
#include "notices/slow_retries.hpp"

#include <algorithm>

namespace tripos::notices {

namespace {

using std::chrono::milliseconds;
using Kind = mail::Delivery::Kind;

constexpr std::chrono::hours kLifetime{48};
constexpr int kMostThrottled = 50;
constexpr milliseconds kMostAskedUrgent{60'000};
/// Of the time since the first refusal: each pause is about a quarter longer than the one before.
constexpr int kShare = 4;
/// Those that were refused together do not come back together.
constexpr double kJitter = 0.2;

struct Pauses {
    milliseconds shortest;
    milliseconds longest;
};

/// A relay that greylists wants to see a mail again after one to five minutes. Somebody waits for a
/// code meanwhile, and nobody for a newsletter.
Pauses pauses_of(mail::Urgency urgency) {
    switch (urgency) {
        case mail::Urgency::security:
            return {.shortest = std::chrono::seconds(10), .longest = std::chrono::minutes(30)};
        case mail::Urgency::notice:
            return {.shortest = std::chrono::minutes(1), .longest = std::chrono::hours(1)};
        case mail::Urgency::bulk:
            break;
    }
    return {.shortest = std::chrono::minutes(5), .longest = std::chrono::hours(4)};
}

}  // namespace

std::optional<milliseconds> slow_pause(const RefusedMail& mail, Timestamp now, Random& random) {
    const auto pauses = pauses_of(mail.urgency);
    const auto growing =
        std::clamp<milliseconds>((now - mail.since) / kShare, pauses.shortest, pauses.longest);
    const double share = 1 - kJitter * random.unit();
    const milliseconds pause(
        static_cast<milliseconds::rep>(static_cast<double>(growing.count()) * share));
    const auto end =
        std::min(mail.expires_at.value_or(mail.since + kLifetime), mail.since + kLifetime);
    return now + pause < end ? std::optional(pause) : std::nullopt;
}

milliseconds with_what_was_asked(milliseconds pause, const mail::Delivery& delivery,
                                 mail::Urgency urgency) {
    const auto asked = urgency == mail::Urgency::security
                           ? std::min(delivery.pause, kMostAskedUrgent)
                           : delivery.pause;
    return std::max(pause, asked);
}

bool is_refused_for_now(const mail::Delivery& delivery, int throttled) {
    return delivery.kind == Kind::retry_message ||
           (delivery.kind == Kind::retry_transport && delivery.code != 0 &&
            throttled + 1 >= kMostThrottled);
}

}  // namespace tripos::notices
