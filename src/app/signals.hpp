// SPDX-License-Identifier: MIT
#pragma once
// Signals: SIGINT and SIGTERM reach only the main thread, which waits for them.

#include <chrono>
#include <functional>

namespace tripos::app {

/// The exit code of a process that was told to stop before it was done.
inline constexpr int kInterrupted = 130;

/// Blocks SIGINT and SIGTERM (and ignores SIGPIPE) in this thread and all it will create. Call
/// first in main.
void block_stop_signals();

/// Undoes it in this thread and all it will create: they end the process, as they do others.
void let_stop_signals_end();

/// Returns when one of them arrives; does `meanwhile` at each interval until then. From then on a
/// second one ends the process at once, with exit code 130.
void wait_for_stop_signal(std::chrono::milliseconds interval,
                          const std::function<void()>& meanwhile);

/// One of them has come to a process that does not wait for them, as a command.
bool is_told_to_stop();

/// True as soon as one of them arrives, false when none has within `limit`.
bool stop_signal_within(std::chrono::milliseconds limit);

}  // namespace tripos::app
