// SPDX-License-Identifier: MIT
#pragma once
// Sealer: takes what was appended to the trail into the chain, each second, a page at a time, and
// what was counted (knocks.hpp) into the trail when its minute is over. Any number of processes may
// run one: the row of the chain's end decides who seals.

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "sql/database.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::audit {

/// Confined to its context, except the constructor. What it is given outlives it.
class Sealer {
  public:
    Sealer(sql::Database& database, const Clock& clock, Random& random, Metrics& metrics,
           asio::io_context& context);

    void start();
    Task<> stop();  ///< twice is fine, and so is never started

    /// Seals all there is now.
    Task<> seal_all();

  private:
    Task<> run();
    Task<bool> round();

    sql::Database& database_;
    const Clock& clock_;
    Random& random_;
    Gauge& entries_;
    Event pause_;
    bool is_failing_ = false;
    TaskGroup tasks_;
};

/// What a look at the whole chain found.
struct Verdict {
    std::int64_t sealed = 0;    ///< entries in the chain that are as they were written
    std::int64_t unsealed = 0;  ///< entries of this second
    std::string seal;           ///< of the last: the same in the log, or the end was rewritten
    std::string problem;        ///< what is wrong behind `sealed`; empty: nothing
};

/// Reads every entry, in pages. Thread-safe.
Task<Verdict> verify(sql::Database& database);

}  // namespace tripos::audit
