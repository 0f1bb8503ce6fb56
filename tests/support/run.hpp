// SPDX-License-Identifier: MIT
#pragma once
// run(): awaits a coroutine from a test's own thread. One background io thread per test program
// carries them all.

#include <utility>

#include "async/io_threads.hpp"

namespace tripos::test {

/// The context of the background thread, which runs until the program ends.
inline asio::io_context& context() {
    struct Running {
        Running() { threads.start(); }
        IoThreads threads{1};
    };
    static Running running;
    return running.threads.background();
}

/// Runs `task` on context(), waits, and returns its result or throws its exception.
/// Coroutine lambdas that capture must outlive the call: prefer functions with parameters.
template <class T>
T run(Task<T> task) {
    return run_blocking(context(), std::move(task));
}

}  // namespace tripos::test
