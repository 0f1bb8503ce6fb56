// SPDX-License-Identifier: MIT
#pragma once
// Parking: commands issued while there is no connection. Until a fixed moment they wait for it;
// from then on they are refused at once. Time comes in from outside. Not thread-safe.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "redis/detail/dialogue.hpp"

namespace tripos::redis {

class Parking {
  public:
    using TimePoint = Dialogue::TimePoint;
    struct Entry {
        std::vector<Arguments> commands;
        std::shared_ptr<Waiter> waiter;
        Patience patience;
    };

    /// `server` names it in errors; more than `limit` waiting commands are refused.
    Parking(std::string server, std::size_t limit) : server_(std::move(server)), limit_(limit) {}

    /// The connection is missed: who is there or comes before `until` waits for it.
    void open(TimePoint until) { until_ = until; }
    /// Keeps the commands, or fails the waiter with Unavailable.
    void park(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
              Patience patience, TimePoint now);
    bool is_empty() const { return entries_.empty(); }
    TimePoint until() const { return until_; }  ///< when refuse_all() is due, if somebody waits
    void refuse_all();
    /// Those who still want their answer, in order: the connection is there.
    std::vector<Entry> leave();

  private:
    const std::string server_;
    const std::size_t limit_;
    TimePoint until_ = TimePoint::min();
    std::vector<Entry> entries_;
    std::size_t commands_ = 0;
};

}  // namespace tripos::redis
