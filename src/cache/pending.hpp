// SPDX-License-Identifier: MIT
#pragma once
// Pending: what announced writes change (WriteScope::announce), from inside their transactions
// until Redis has confirmed its end. Whoever owns the database keeps row() in a row of it, written
// by every transaction just before its COMMIT. So what is committed and not invalidated survives
// this process and its connection to Redis, and others repeat it (cache/outbox.hpp).

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tripos::cache {

/// Thread-safe.
class Pending {
  public:
    using Number = std::uint64_t;             ///< of an announcement; they grow
    using Clock = std::chrono::steady_clock;  ///< of their age

    /// The row as it should be.
    struct Row {
        Number oldest = 0;   ///< of the announcements in it; 0: none
        Number newest = 0;   ///< grows with each row
        std::string record;  ///< for Cache::replay(); empty: nothing is pending
    };

    static constexpr std::size_t kMost = 1'000;  ///< in the row; more: it says "everything"

    Number add(std::string record);  ///< announced
    void done(Number number);        ///< Redis has confirmed it
    void done_through(Number last);  ///< others have repeated all up to that one

    /// To be written before COMMIT; nothing: the row says so already.
    std::optional<Row> row();
    /// The row is to be removed: nothing is pending, and it says otherwise.
    bool wants_removal() const;
    void removed();  ///< so it was

    /// What has waited so long: its transaction drags or has failed, its invalidation has failed,
    /// or its writer gave up. To be repeated when its transaction has ended, then done().
    std::vector<std::pair<Number, std::string>> older_than(Clock::duration age) const;

  private:
    struct Announcement {
        std::string record;
        Clock::time_point at;
    };

    mutable std::mutex mutex_;
    std::map<Number, Announcement> announcements_;
    Number last_ = 0;
    bool is_row_empty_ = true;
};

}  // namespace tripos::cache
