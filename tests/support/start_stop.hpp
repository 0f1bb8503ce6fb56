// SPDX-License-Identifier: MIT
#pragma once
// What every long-lived object must stand: to be stopped at any moment, twice, from two threads at
// once, without ever having been started, and to be destroyed after each of these. A stop that
// hangs cannot be unwound: it ends the program with the moment at which it came.

#include <chrono>
#include <functional>
#include <memory>

namespace tripos::test {

/// One object under test. The functions are called from different threads; both block.
struct StartStopSubject {
    std::function<void()> start;  ///< may throw SystemError when a stop comes meanwhile
    std::function<void()> stop;
    std::shared_ptr<void> object;  ///< what both use, destroyed after the last call
};

/// The moments at which it is stopped: 0, step, 2 * step, ... after the start began.
struct StartStopMoments {
    std::chrono::microseconds step{500};
    int count = 40;
    std::chrono::seconds stop_limit{20};  ///< of one stop; past it, it hangs
};

/// `make` gives a fresh object each time. `disturb` (optional) is called once it runs, right before
/// the moment is awaited: what it should be stopped in the middle of.
void stress_start_stop(const std::function<StartStopSubject()>& make, StartStopMoments moments = {},
                       const std::function<void()>& disturb = nullptr);

}  // namespace tripos::test
