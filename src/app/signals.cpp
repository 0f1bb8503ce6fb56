// SPDX-License-Identifier: MIT
#include "app/signals.hpp"

#include <unistd.h>
#include <csignal>
#include <thread>

namespace tripos::app {

namespace {

constexpr int kInterrupted = 130;

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

void wait_for_stop_signal() {
    wait_for_one();
    std::thread([] {
        wait_for_one();
        _exit(kInterrupted);  // no clean-up: kill -9 is survivable, so is this
    }).detach();
}

}  // namespace tripos::app
