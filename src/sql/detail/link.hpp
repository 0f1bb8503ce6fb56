// SPDX-License-Identifier: MIT
#pragma once
// Link: a connection that comes back. Owned by one database thread.

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>

#include "async/backoff.hpp"
#include "core/random.hpp"
#include "sql/detail/connection.hpp"

namespace tripos::sql {

/// Confined to its thread.
class Link {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Connects at once; throws like Driver::connect().
    /// `arrivals` counts the successes of all links of a database: when one gets through, the
    /// others try at once. It outlives them.
    Link(Driver& driver, Access access, std::chrono::milliseconds patience,
         std::atomic<std::uint64_t>& arrivals, std::stop_token stop);

    /// The live connection; a lost one is made again, with pauses, until `deadline`, the stop, or
    /// `patience` after the loss. Throws DatabaseUnavailable then; in a long outage that is at
    /// once, with a try now and then.
    Connection& require(Deadline deadline);

    bool lost() const { return !connection_ || connection_->trouble() == Trouble::connection; }

    /// Waits, at most until `deadline`. False: stop was requested.
    bool pause(std::chrono::steady_clock::duration delay, Deadline deadline);
    /// Delays before work is done again: random, so that those who collided do not meet again.
    Backoff retry_delays();

  private:
    /// False: it is still away, and next_try_ says when to try again.
    bool reconnect();

    Driver& driver_;
    const Access access_;
    const std::chrono::milliseconds patience_;
    const std::stop_token stop_;
    SecureRandom random_;
    Backoff backoff_;
    std::unique_ptr<Connection> connection_;
    Deadline lost_at_{};
    Deadline next_try_{};
    std::atomic<std::uint64_t>& arrivals_;
    std::uint64_t arrivals_seen_ = 0;
};

}  // namespace tripos::sql
