// SPDX-License-Identifier: MIT
// Jobs that fail: again after a growing wait, or never again.

#include "example.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<Outcome> deliver(const Job& job, JobContext&) {
    if (job.name == "unknown-address") {
        co_return FailPermanently{"there is no such address"};
    }
    if (job.attempts_started < 3) {
        throw std::runtime_error("the line is busy");  // the same as Retry
    }
    co_return Completed{std::to_string(job.attempts_started)};
}

Task<> story(Example& example) {
    const Backoff growing{.type = "exponential", .delay = 50ms};
    Queue queue(example.client,
                {.name = "letters", .default_job_options = {.attempts = 5, .backoff = growing}},
                example.clock);
    QueueEvents events(example.context(), example.client, {.queue = "letters"}, example.random);
    events.start();
    Worker worker(example.context(), example.client, {.queue = "letters"}, deliver, example.clock,
                  example.random, example.metrics);
    worker.start();

    for (const char* name : {"busy-line", "unknown-address"}) {
        NewJob job{.name = name};
        const Result<std::string> id = co_await queue.add(std::move(job));
        const Result<JobResult> result =
            co_await wait_until_finished(queue, events, id.value(), 10s);
        const std::optional<Job> stored = co_await queue.get_job(*id);
        std::cout << name << ": " << describe(result) << " after " << stored->attempts_made
                  << " attempts\n";
    }
    co_await worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
