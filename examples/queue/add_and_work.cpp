// SPDX-License-Identifier: MIT
// A queue, a job, a worker: the processor logs, reports progress and returns a value.

#include "example.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<Outcome> greet(const Job& job, JobContext& context) {
    co_await context.log("greeting whom " + job.data + " names");
    co_await context.update_progress("100");
    co_return Completed{R"({"greeting":"Hello!"})"};
}

Task<> story(Example& example) {
    Queue queue(example.client, {.name = "greetings"}, example.clock);
    QueueEvents events(example.context(), example.client, {.queue = "greetings"}, example.random);
    events.start();
    Worker worker(example.context(), example.client, {.queue = "greetings", .concurrency = 2},
                  greet, example.clock, example.random, example.metrics);
    worker.start();

    NewJob job{.name = "greet", .data = R"({"to":"Ada"})"};
    const Result<std::string> id = co_await queue.add(std::move(job));
    std::cout << "added job " << id.value() << '\n';

    const Result<JobResult> result = co_await wait_until_finished(queue, events, *id, 10s);
    std::cout << describe(result) << '\n';
    for (const std::string& line : co_await queue.get_logs(*id)) {
        std::cout << "log: " << line << '\n';
    }
    co_await worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
