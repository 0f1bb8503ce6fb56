// SPDX-License-Identifier: MIT
#include "app/signals.hpp"

#include <unistd.h>
#include <csignal>
#include <thread>

namespace tripos::app {

namespace {

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

void wait_for_one() {
    const auto set = stop_signals();
    int number = 0;
    sigwait(&set, &number);
}

}  // namespace

void block_stop_signals() {
    const auto set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void let_stop_signals_end() {
    const auto set = stop_signals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool is_told_to_stop() {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

bool stop_signal_within(std::chrono::milliseconds limit) {
    const auto set = stop_signals();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
    const timespec wait{.tv_sec = seconds.count(),
                        .tv_nsec = std::chrono::nanoseconds(limit - seconds).count()};
    return sigtimedwait(&set, nullptr, &wait) > 0;
}

void wait_for_stop_signal(std::chrono::milliseconds interval,
                          const std::function<void()>& meanwhile) {
    while (!stop_signal_within(interval)) {
        meanwhile();
    }
    std::thread([] {
        wait_for_one();
        _exit(kInterrupted);  // no clean-up: kill -9 is survivable, so is this
    }).detach();
}

}  // namespace tripos::app
