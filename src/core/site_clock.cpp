// SPDX-License-Identifier: MIT
#include "core/site_clock.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <limits>

namespace tripos {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr auto kUnset = std::numeric_limits<std::int64_t>::min();

nanoseconds since_epoch(Timestamp at) {
    return at.time_since_epoch();
}

}  // namespace

nanoseconds time_since_boot() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

std::string boot_id() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

SiteClock::SiteClock(std::string boot_id) : boot_id_(std::move(boot_id)), offset_(kUnset) {}

Timestamp SiteClock::now() const {
    return offset_.load(std::memory_order_relaxed) == kUnset ? SystemClock().now()
                                                             : at(time_since_boot());
}

Timestamp SiteClock::at(nanoseconds since_boot) const {
    const nanoseconds offset(offset_.load(std::memory_order_relaxed));
    return Timestamp(std::chrono::floor<milliseconds>(offset + since_boot));
}

void SiteClock::set(Timestamp site_time, nanoseconds since_boot) {
    offset_ = (since_epoch(site_time) - since_boot).count();
}

std::optional<Timestamp> SiteClock::expected(const Reading& reading,
                                             const std::optional<KeptTime>& kept) const {
    if (offset_ != kUnset) {
        return at(reading.since_boot);
    }
    if (!kept) {
        return std::nullopt;
    }
    if (kept->boot_id == boot_id_ && !boot_id_.empty()) {
        const auto passed = reading.since_boot - nanoseconds(kept->since_boot);
        return kept->site_time + std::chrono::floor<milliseconds>(passed);
    }
    // The machine was started anew, or is another one. How long that took only the reference knows,
    // but it cannot have been less than nothing.
    const auto by_reference = reading.reference - kept->held_back;
    return std::max(by_reference, kept->site_time);
}

std::optional<milliseconds> SiteClock::look(const Reading& reading,
                                            const std::optional<KeptTime>& kept) {
    const auto site_time = expected(reading, kept);
    const bool is_first = offset_ == kUnset;
    const bool was_accepted = kept && !is_first && kept->accepted != accepted_;
    held_back_ = kept ? kept->held_back.count() : 0;
    accepted_ = kept ? kept->accepted : 0;
    const auto goal = reading.reference - milliseconds(held_back_);
    if (!site_time || was_accepted) {
        set(goal, reading.since_boot);
        looked_at_ = reading.since_boot;
        return std::nullopt;
    }
    if (is_first) {
        set(*site_time, reading.since_boot);
        looked_at_ = reading.since_boot;
    }
    const auto difference = goal - *site_time;
    if (std::chrono::abs(difference) > kJump) {
        const auto behind = reading.reference - *site_time;
        return std::chrono::abs(behind) > kJump ? behind : milliseconds(0);  // 0: it was set back
    }
    const auto passed = reading.since_boot - looked_at_;
    const auto most = std::max(nanoseconds(0), passed) * kSlewPerMillion / 1'000'000;
    offset_ += std::clamp(nanoseconds(difference), -most, most).count();
    looked_at_ = reading.since_boot;
    return std::nullopt;
}

KeptTime SiteClock::kept(nanoseconds since_boot) const {
    return {.held_back = milliseconds(held_back_),
            .accepted = accepted_,
            .boot_id = boot_id_,
            .since_boot = std::chrono::floor<milliseconds>(since_boot),
            .site_time = at(since_boot)};
}

}  // namespace tripos
