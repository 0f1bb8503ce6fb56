// SPDX-License-Identifier: MIT
#pragma once
// Signals: SIGINT and SIGTERM reach only the main thread, which waits for them.

namespace tripos::app {

/// Blocks SIGINT and SIGTERM (and ignores SIGPIPE) in this thread and all it will create. Call
/// first in main.
void block_stop_signals();

/// Returns when one of them arrives. From then on a second one ends the process at once, with exit
/// code 130.
void wait_for_stop_signal();

}  // namespace tripos::app
