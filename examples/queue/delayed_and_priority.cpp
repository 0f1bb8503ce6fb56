// SPDX-License-Identifier: MIT
// The order of jobs: without priority first, then the smallest priority, delayed ones when due.

#include "example.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<Outcome> say_name(const Job& job, JobContext&) {
    std::cout << job.name << '\n';
    co_return Completed{};
}

Task<> story(Example& example) {
    Queue queue(example.client, {.name = "orders"}, example.clock);
    QueueEvents events(example.context(), example.client, {.queue = "orders"}, example.random);
    events.start();

    std::vector<NewJob> jobs(4);
    jobs[0] = {.name = "delayed", .options = {.delay = 300ms}};
    jobs[1] = {.name = "relaxed", .options = {.priority = 9}};
    jobs[2] = {.name = "urgent", .options = {.priority = 1}};
    jobs[3] = {.name = "plain", .options = {}};
    const auto ids = co_await queue.add_bulk(std::move(jobs));

    Worker worker(example.context(), example.client, {.queue = "orders"}, say_name, example.clock,
                  example.random, example.metrics);
    worker.start();
    for (const std::string& id : ids.value()) {
        co_await wait_until_finished(queue, events, id, 10s);
    }
    co_await worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
