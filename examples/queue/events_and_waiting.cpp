// SPDX-License-Identifier: MIT
// Hearing what happens on a queue, whoever does it; waiting for one job with a limit.

#include "example.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<Outcome> work(const Job&, JobContext&) {
    co_return Completed{"42"};
}

void print(const QueueEvent& event) {
    std::cout << "heard " << event.name << " of job " << event.job_id << '\n';
}

Task<> story(Example& example) {
    Queue queue(example.client, {.name = "answers"}, example.clock);
    QueueEvents events(example.context(), example.client, {.queue = "answers"}, example.random);
    events.on_event(print);
    events.start();

    NewJob job{.name = "question"};
    const Result<std::string> id = co_await queue.add(std::move(job));
    const Result<JobResult> early = co_await wait_until_finished(queue, events, id.value(), 100ms);
    std::cout << describe(early) << '\n';

    Worker worker(example.context(), example.client, {.queue = "answers"}, work, example.clock,
                  example.random, example.metrics);
    worker.start();
    const Result<JobResult> result = co_await wait_until_finished(queue, events, *id, 10s);
    std::cout << describe(result) << '\n';
    co_await worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
