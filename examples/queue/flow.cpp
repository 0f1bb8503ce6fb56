// SPDX-License-Identifier: MIT
// A job that waits for others: the parts of a sum are worked out on one queue, the sum on another.

#include "example.hpp"
#include "queue/flow_producer.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<Outcome> square(const Job& job, JobContext&) {
    const int number = std::stoi(job.data);
    if (number < 0) {
        co_return FailPermanently{"no negative numbers"};
    }
    co_return Completed{std::to_string(number * number)};
}

Task<Outcome> add_up(const Job&, JobContext& context) {
    const Children children = co_await context.children();
    int sum = 0;
    for (const auto& [key, value] : children.values) {
        sum += std::stoi(value);
    }
    std::cout << children.values.size() << " parts, " << children.ignored.size() << " ignored\n";
    co_return Completed{std::to_string(sum)};
}

Task<> story(Example& example) {
    FlowProducer flows(example.client, {}, example.clock, example.random);
    Queue sums(example.client, {.name = "sums"}, example.clock);
    QueueEvents events(example.context(), example.client, {.queue = "sums"}, example.random);
    events.start();
    Worker parts_worker(example.context(), example.client, {.queue = "parts"}, square,
                        example.clock, example.random, example.metrics);
    Worker sums_worker(example.context(), example.client, {.queue = "sums"}, add_up, example.clock,
                       example.random, example.metrics);

    FlowJob sum{.name = "sum", .queue = "sums"};
    for (const char* number : {"3", "4", "-1"}) {
        FlowJob part{.name = "square", .queue = "parts", .data = number};
        part.options.on_failure = OnChildFailure::ignore_dependency;
        sum.children.push_back(std::move(part));
    }
    const Result<FlowNode> added = co_await flows.add(std::move(sum));
    std::cout << "the sum is " << to_string(co_await sums.get_state(added->id)) << '\n';
    parts_worker.start();
    sums_worker.start();
    const Result<JobResult> result = co_await wait_until_finished(sums, events, added->id, 10s);
    std::cout << describe(result) << '\n';
    co_await parts_worker.close(1s);
    co_await sums_worker.close(1s);
    co_await events.close();
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
