// SPDX-License-Identifier: MIT
// letters <redis url>: adds a job and works it, with nothing but the installed library.

#include <iostream>

#include "async/io_threads.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "queue/queue.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"
#include "telemetry/metrics.hpp"

using namespace tripos;
using namespace std::chrono_literals;

Task<queue::Outcome> write_letter(const queue::Job& job, queue::JobContext&) {
    co_return queue::Completed{R"({"letter":"Dear )" + job.name + R"("})"};
}

/// What a program has once; destroyed in reverse order.
struct Site {
    explicit Site(const redis::Endpoint& endpoint)
        : client({&threads.background()}, redis::ConnectionOptions{.endpoint = endpoint}) {
        threads.start();
        client.start();
    }
    ~Site() { run_blocking(threads.background(), client.stop()); }

    IoThreads threads{1};
    SystemClock clock;
    SecureRandom random;
    Metrics metrics;
    redis::Client client;
};

Task<> story(Site& site) {
    queue::Queue letters(site.client, {.name = "letters"}, site.clock);
    queue::QueueEvents events(site.threads.background(), site.client, {.queue = "letters"},
                              site.random);
    queue::Worker worker(site.threads.background(), site.client, {.queue = "letters"}, write_letter,
                         site.clock, site.random, site.metrics);
    events.start();
    worker.start();
    queue::NewJob job{.name = "Ada"};
    const Result<std::string> id = co_await letters.add(std::move(job));
    const auto result = co_await queue::wait_until_finished(letters, events, id.value(), 10s);
    std::cout << std::get<queue::Completed>(result.value()).return_value << '\n';
    co_await worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    const auto endpoint = redis::parse_url(argc == 2 ? argv[1] : "");
    if (!endpoint) {
        std::cerr << "usage: letters redis://host:port | unix:///path\n";
        return 2;
    }
    Site site(*endpoint);
    run_blocking(site.threads.background(), story(site));
    return 0;
}
