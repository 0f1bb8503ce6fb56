// SPDX-License-Identifier: MIT
// Jobs that come again: at an interval, and by a cron pattern in a time zone.

#include "async/event.hpp"
#include "example.hpp"
#include "queue/job_schedulers.hpp"
#include "queue/worker.hpp"

using namespace tripos;
using namespace tripos::queue;
using namespace tripos::queue::example;

Task<Outcome> tidy_up(const Job& job, int& runs, Event& done) {
    std::cout << job.name << ' ' << job.data << " number " << ++runs << '\n';
    done.notify();
    co_return Completed{};
}

Task<> story(Example& example) {
    Queue queue(example.client, {.name = "chores"}, example.clock);
    JobSchedulers schedulers(queue);

    RepeatOptions often{.every = 100ms, .limit = 3};
    JobTemplate sweep{.name = "sweep", .data = R"({"room":"hall"})"};
    co_await schedulers.upsert("sweep", std::move(often), std::move(sweep));
    RepeatOptions mornings{.pattern = "30 8 * * MON-FRI", .tz = "Europe/Paris"};
    JobTemplate report{.name = "report"};
    co_await schedulers.upsert("report", std::move(mornings), std::move(report));

    int runs = 0;
    Event done(example.context().get_executor());
    const Processor process = [&runs, &done](const Job& job, JobContext&) {
        return tidy_up(job, runs, done);
    };
    Worker worker(example.context(), example.client, {.queue = "chores"}, process, example.clock,
                  example.random, example.metrics);
    worker.start();
    while (runs < 3) {
        co_await done.wait_for(10s);
    }
    co_await worker.close(1s);

    for (const JobScheduler& found : co_await schedulers.list(0, -1, true)) {
        std::cout << found.id << " counts " << found.iteration_count << '\n';
    }
    std::cout << "removed: " << co_await schedulers.remove("report") << '\n';
}

int main(int argc, char** argv) {
    return run(argc, argv, story);
}
