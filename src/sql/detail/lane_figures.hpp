// SPDX-License-Identifier: MIT
#pragma once
// LaneFigures: what the threads of a database count. Thread-safe.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "sql/statement_figures.hpp"

namespace tripos::sql {

struct LaneFigures {
    std::atomic<std::uint64_t> reads = 0;
    std::atomic<std::uint64_t> writes = 0;
    std::atomic<std::uint64_t> long_writes = 0;
    std::atomic<std::int64_t> longest_write = 0;  ///< nanoseconds
    std::atomic<std::uint64_t> commits = 0;
    std::atomic<std::uint64_t> statements = 0;
    std::atomic<std::uint64_t> urgent_writes = 0;
    std::atomic<std::int64_t> urgent_wait = 0;  ///< nanoseconds
    /// When the oldest write that the lane has in hand was queued; 0: there is none.
    std::atomic<std::chrono::steady_clock::rep> oldest_write = 0;
    StatementFigures texts;
};

}  // namespace tripos::sql
