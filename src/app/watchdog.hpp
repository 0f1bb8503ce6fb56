// SPDX-License-Identifier: MIT
#pragma once
// Watchdog: looks whether everything moves that must - each context, and the writer lane. It tells
// nothing of dependencies: a database that is away makes writes fail, a lane that hangs makes them
// wait for ever, and only a restart cures that.

#include <atomic>
#include <memory>

#include "async/io_threads.hpp"
#include "sql/database.hpp"

namespace tripos::app {

/// Not thread-safe; asked by a thread that nothing else can hold up. Both outlive it.
class Watchdog {
  public:
    Watchdog(IoThreads& threads, sql::Database& database);

    /// True: all have answered the question of the last call. Then it asks them the next.
    bool all_move();

  private:
    void ask();

    IoThreads& threads_;
    sql::Database& database_;
    /// Who has not answered yet; shared with what waits to be run.
    std::shared_ptr<std::atomic<std::size_t>> silent_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace tripos::app
