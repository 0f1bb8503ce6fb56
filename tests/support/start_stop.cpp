// SPDX-License-Identifier: MIT
#include "support/start_stop.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <thread>

#include "core/error.hpp"

namespace tripos::test {

namespace {

/// Two at once, then one more.
void stop_within_limit(const StartStopSubject& subject, std::chrono::seconds limit,
                       const std::string& moment) {
    auto first = std::async(std::launch::async, subject.stop);
    auto second = std::async(std::launch::async, subject.stop);
    for (auto* one : {&first, &second}) {
        if (one->wait_for(limit) == std::future_status::timeout) {
            std::fprintf(stderr, "stop() hangs: %s\n", moment.c_str());
            std::abort();
        }
        one->get();
    }
    subject.stop();
}

void start(const StartStopSubject& subject) {
    try {
        subject.start();
    } catch (const SystemError&) {
        // stopped before it was ready, and says so
    }
}

}  // namespace

void stress_start_stop(const std::function<StartStopSubject()>& make, StartStopMoments moments,
                       const std::function<void()>& disturb) {
    make();
    stop_within_limit(make(), moments.stop_limit, "never started");
    for (int i = 0; i < moments.count; ++i) {
        const auto subject = make();
        const auto moment = i * moments.step;
        auto starting = std::async(std::launch::async, [&] { start(subject); });
        if (disturb) {
            starting.wait();
            disturb();
        }
        std::this_thread::sleep_for(moment);  // the moment is what is tested
        stop_within_limit(subject, moments.stop_limit,
                          std::to_string(moment.count()) + " us after the start");
        starting.wait();
        stop_within_limit(subject, moments.stop_limit, "after a start that ended later");
    }
    const auto subject = make();
    start(subject);
    start(subject);
    stop_within_limit(subject, moments.stop_limit, "started twice");
}

}  // namespace tripos::test
