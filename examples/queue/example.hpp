// SPDX-License-Identifier: MIT
#pragma once
// What every program of this folder needs once: a thread that runs coroutines, and a Redis client.
// A program is one coroutine, its story.

#include <iostream>

#include "async/io_threads.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "queue/job.hpp"
#include "redis/client.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::queue::example {

using namespace std::chrono_literals;

struct Example {
    explicit Example(const redis::Endpoint& endpoint);
    ~Example();

    asio::io_context& context() { return threads.background(); }

    IoThreads threads{1};
    SystemClock clock;
    SecureRandom random;
    Metrics metrics;
    redis::Client client;
};

/// Runs the story against the Redis whose URL is the only argument; the program's exit code.
int run(int argc, char** argv, Task<> (*story)(Example& example));

/// "completed 42", "failed because ..." or "unknown: ...".
std::string describe(const Result<JobResult>& result);

}  // namespace tripos::queue::example
