// SPDX-License-Identifier: MIT
// A processor that is a plain function and takes its time: it runs on threads of its own.

#include <thread>

#include "example.hpp"
#include "queue/blocking.hpp"
#include "queue/queue_events.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Outcome count_up(const Job&, BlockingContext& context) {
    for (int done = 1; done <= 3; ++done) {
        if (context.is_abandoned()) {
            return Retry{"the job is somebody else's now"};
        }
        std::this_thread::sleep_for(100ms);  // what a library without coroutines would do
        context.update_progress(std::to_string(done));
    }
    return Completed{"3"};
}

Task<> story(Example& example) {
    ThreadPool pool({.name = "counting", .threads = 2});
    Queue queue(example.client, {.name = "counts"}, example.clock);
    QueueEvents events(example.context(), example.client, {.queue = "counts"}, example.random);
    events.start();
    Worker worker(example.context(), example.client, {.queue = "counts", .concurrency = 2},
                  blocking(pool, count_up), example.clock, example.random, example.metrics);
    worker.start();

    std::vector<NewJob> jobs(2, NewJob{.name = "count"});
    const auto ids = co_await queue.add_bulk(std::move(jobs));
    for (const std::string& id : ids.value()) {
        const Result<JobResult> result = co_await wait_until_finished(queue, events, id, 10s);
        std::cout << "job " << id << ": " << describe(result) << '\n';
    }
    co_await worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
