// SPDX-License-Identifier: MIT
#pragma once
// What every program of this folder needs once: a thread that runs coroutines, and a Redis client
// whose server tells it what was invalidated. A program is one coroutine, its story.

#include <iostream>

#include "async/io_threads.hpp"
#include "cache/cache.hpp"
#include "redis/client.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::cache::example {

using namespace std::chrono_literals;

/// One process, as far as the cache can tell: a program may have several.
struct Process {
    explicit Process(const redis::Endpoint& endpoint);
    ~Process();

    asio::io_context& context() { return threads.background(); }

    IoThreads threads{1};
    Metrics metrics;
    redis::Client client;
    Cache cache;
};

/// A value as loaders give it.
Bytes bytes(std::string text);

/// Runs the story against the Redis whose URL is the only argument; the program's exit code.
int run(int argc, char** argv, Task<> (*story)(Process& here, Process& there));

}  // namespace tripos::cache::example
