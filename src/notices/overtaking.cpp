// SPDX-License-Identifier: MIT
#include "notices/overtaking.hpp"

#include "notices/mail_job.hpp"
#include "notices/outbox.hpp"
#include "telemetry/log.hpp"

namespace tripos::notices {

namespace {
constexpr std::chrono::milliseconds kLook{250};  ///< short against the 2 s that a code may take
}  // namespace

Overtaking::Overtaking(queue::Queue& queue, const queue::Worker& worker, std::size_t slots,
                       mail::Transport& transport)
    : queue_(queue), worker_(worker), slots_(slots), transport_(transport) {}

Task<> Overtaking::run() {
    for (;;) {
        co_await sleep_for(kLook);
        try {
            const bool is_full = co_await has_no_slot();
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
