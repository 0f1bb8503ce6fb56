// SPDX-License-Identifier: MIT
#include "notices/overtaking.hpp"

#include <algorithm>
#include <utility>

#include "notices/mail_job.hpp"
#include "notices/outbox.hpp"
#include "telemetry/log.hpp"

namespace tripos::notices {

namespace {
constexpr std::chrono::milliseconds kLook{250};  ///< short against the 2 s that a code may take
/// A busy worker has a slot free now and then: so many looks in a row find one when it is not.
constexpr int kCalmLooks = 4;
}  // namespace

Overtaking::Overtaking(queue::Queue& queue, const queue::Worker& worker, queue::Worker& bulk_worker,
                       std::size_t slots, mail::Transport& transport, const MailFigures& figures)
    : queue_(queue),
      worker_(worker),
      bulk_worker_(bulk_worker),
      slots_(slots),
      bulk_slots_(slots),
      looks_since_busy_(kCalmLooks),
      transport_(transport),
      figures_(figures) {}

Task<> Overtaking::run() {
    for (;;) {
        co_await sleep_for(kLook);
        try {
            const bool is_full = co_await has_no_slot();
            const bool is_moving = has_sent();
            slow_newsletters(is_full && is_moving);
            if (is_full) {
                co_await make_way();
            }
        } catch (const SystemError& failure) {
            log::debug("mail", "nobody is let past", {{"what", failure.what()}});
        }
    }
}

void Overtaking::set_slots(std::size_t slots, SlotLimit limit) {
    slots_ = slots;
    limit_ = limit;
}

void Overtaking::set_bulk_slots(std::size_t slots) {
    bulk_slots_ = slots;
    if (looks_since_busy_ >= kCalmLooks) {
        bulk_worker_.set_concurrency(slots);
    }
}

// Where notices stand still, as before a relay that refuses everybody, nothing is spared.
bool Overtaking::has_sent() {
    const auto sent =
        figures_.tries(mail::Urgency::security) + figures_.tries(mail::Urgency::notice);
    return std::exchange(sent_before_, sent) != sent;
}

void Overtaking::slow_newsletters(bool is_busy) {
    const bool were_slowed = looks_since_busy_ < kCalmLooks;
    looks_since_busy_ = is_busy ? 0 : std::min(looks_since_busy_ + 1, kCalmLooks);
    const bool are_slowed = looks_since_busy_ < kCalmLooks;
    if (are_slowed != were_slowed) {
        bulk_worker_.set_concurrency(are_slowed ? 1 : bulk_slots_);
    }
}

Task<bool> Overtaking::has_no_slot() {
    if (worker_.active() >= slots_ || limit_ == SlotLimit::of_this_worker) {
        co_return worker_.active() >= slots_;
    }
    co_return co_await queue_.is_maxed();
}

Task<> Overtaking::make_way() {
    const auto urgent = queue_priority(Priority::urgent().value);
    std::vector<std::int64_t> asked(1, urgent);
    const auto waiting = co_await queue_.counts_per_priority(std::move(asked));
    const auto found = waiting.find(urgent);
    if (found != waiting.end() && found->second > 0) {
        transport_.make_way(mail::Urgency::notice, static_cast<std::size_t>(found->second));
    }
}

}  // namespace tripos::notices
