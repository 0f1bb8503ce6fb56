// SPDX-License-Identifier: MIT
#pragma once
// SiteClock: the time by which exams, sessions and codes are judged. It goes with the machine's
// monotonic clock, which nobody can set and which counts while the machine sleeps, and follows a
// reference - this machine's wall clock, or that of the database when several processes share one -
// by at most 500 millionths. A reference that jumps moves it only when a person has said so.
//
// What decides is pure: look() gets all it needs, so that tests need neither clock nor wait.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"

namespace tripos {

/// Since the machine started, suspends included (CLOCK_BOOTTIME). Cannot be set.
std::chrono::nanoseconds time_since_boot();
/// Another one after each start of the machine.
std::string boot_id();

/// What all processes of a site agree on, as it was kept.
struct KeptTime {
    /// By how much site time is behind (or, negative, before) the reference since a jump that
    /// nobody has accepted. 0: there was none.
    std::chrono::milliseconds held_back{};
    std::int64_t accepted = 0;               ///< how many jumps were accepted so far
    std::string boot_id;                     ///< of the machine whose monotonic time follows
    std::chrono::milliseconds since_boot{};  ///< when this was kept
    Timestamp site_time{};                   ///< at that moment
};

/// The reference and the monotonic clock, read at one moment.
struct Reading {
    Timestamp reference{};                  ///< what site time follows
    std::chrono::nanoseconds since_boot{};  ///< of the same moment
};

/// Thread-safe; look() is called from one thread at a time.
class SiteClock final : public Clock {
  public:
    /// A difference beyond it is a jump, not a drift.
    static constexpr std::chrono::milliseconds kJump{1'000};
    static constexpr std::int64_t kSlewPerMillion = 500;  ///< how fast it follows a drift

    /// Until the first look() it is the machine's wall clock. `boot_id` names this run of the
    /// machine.
    explicit SiteClock(std::string boot_id);

    /// While it follows its reference, it may go back by a millisecond, never by more.
    Timestamp now() const override;
    Timestamp at(std::chrono::nanoseconds since_boot) const;  ///< site time at that moment

    /// Compares with the reference, given what is kept (nothing: a new site), and follows it.
    /// Returns what `held_back` must become when the reference has jumped: whoever keeps it may
    /// find that another process was quicker, and then looks again with what that one kept.
    std::optional<std::chrono::milliseconds> look(const Reading& reading,
                                                  const std::optional<KeptTime>& kept);

    /// See KeptTime. 0: nothing is held back.
    std::chrono::milliseconds held_back() const { return std::chrono::milliseconds(held_back_); }
    /// What to keep now.
    KeptTime kept(std::chrono::nanoseconds since_boot) const;

  private:
    /// What site time was to be at `reading`, as far as it is known without the reference.
    std::optional<Timestamp> expected(const Reading& reading,
                                      const std::optional<KeptTime>& kept) const;
    void set(Timestamp site_time, std::chrono::nanoseconds since_boot);

    const std::string boot_id_;
    /// Site time less time since boot, in nanoseconds; kUnset before the first look.
    std::atomic<std::int64_t> offset_;
    std::chrono::nanoseconds looked_at_{};
    std::atomic<std::int64_t> held_back_{0};  ///< milliseconds
    std::atomic<std::int64_t> accepted_{0};
};

}  // namespace tripos
