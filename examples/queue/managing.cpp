// SPDX-License-Identifier: MIT
// An administrator's day: look, pause, change, clean, remove. Nothing here needs a worker.

#include "example.hpp"
#include "queue/queue.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<> print_counts(Queue& queue, std::string when) {
    const auto counts = co_await queue.counts();
    std::cout << when << ": " << counts.at(JobState::waiting) << " waiting, "
              << counts.at(JobState::prioritized) << " prioritized, "
              << counts.at(JobState::delayed) << " delayed\n";
}

Task<> story(Example& example) {
    Queue queue(example.client, {.name = "chores"}, example.clock);
    std::vector<NewJob> jobs(5, NewJob{.name = "chore"});
    jobs[4].options.delay = 1h;
    const auto ids = co_await queue.add_bulk(std::move(jobs));
    co_await print_counts(queue, "added");

    co_await queue.pause();
    const Result<> changed = co_await queue.change_priority(ids.value()[0], 3);
    const Result<> promoted = co_await queue.promote(ids->at(4));
    std::cout << "changed: " << changed.has_value() << ", promoted: " << promoted.has_value()
              << '\n';
    co_await print_counts(queue, "changed");

    const auto cleaned = co_await queue.clean(0ms, 1, JobState::waiting);
    std::cout << "cleaned " << cleaned.value().size() << '\n';
    const std::int64_t drained = co_await queue.drain(true);
    std::cout << "drained " << drained << '\n';
    const Result<> gone = co_await queue.obliterate(false);
    std::cout << "obliterated: " << gone.has_value() << '\n';
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
