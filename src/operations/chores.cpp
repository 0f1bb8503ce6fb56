// SPDX-License-Identifier: MIT
#include "operations/chores.hpp"

#include <algorithm>

#include "telemetry/log.hpp"

namespace tripos::operations {

namespace {

constexpr BackoffOptions kPlanAgain{.first = std::chrono::milliseconds(500),
                                    .limit = std::chrono::seconds(30)};
constexpr std::int64_t kMostSchedulers = 1'000;

queue::JobTemplate job_of(const Chore& chore) {
    queue::JobTemplate job{.name = chore.name};
    job.options.attempts = 5;
    job.options.backoff =
        queue::Backoff{.type = "exponential", .delay = std::chrono::seconds(30), .jitter = 0.2};
    job.options.remove_on_complete = queue::Retention{.count = 100};
    job.options.remove_on_fail = queue::Retention{.count = 100};
    return job;
}

}  // namespace

Chores::Chores(asio::io_context& background, redis::Client& client, const ChoresOptions& options,
               const Clock& clock, Random& random, Metrics& metrics)
    : options_(options),
      backoff_(kPlanAgain, random),
      queue_(client, {.name = std::string(kChoresQueue), .prefix = options.queue_prefix}, clock),
      schedulers_(queue_),
      worker_(
          background, client,
          {.queue = std::string(kChoresQueue), .prefix = options.queue_prefix, .name = "tripos"},
          [this](const queue::Job& job, queue::JobContext&) { return process(job); }, clock, random,
          metrics),
      tasks_(background.get_executor()) {}

void Chores::start(std::vector<Chore> chores) {
    chores_ = std::move(chores);
    tasks_.spawn("chores", keep_planned());
    worker_.start();
}

Task<> Chores::stop(std::chrono::milliseconds grace) {
    co_await tasks_.stop();
    co_await worker_.close(grace);
}

/// Only at the start the plan is made the one of this version: beside another version they would
/// undo each other's for ever.
Task<> Chores::keep_planned() {
    bool was_planned = false;
    for (;;) {
        std::string problem;
        try {
            const std::int64_t planned = co_await schedulers_.count();
            if (was_planned && planned == 0 && !chores_.empty()) {
                log::warn("operations", "Redis has lost the plan of the chores; it is made anew");
                was_planned = false;
            }
            if (!was_planned) {
                co_await plan_all();
            }
            was_planned = true;
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        if (problem.empty()) {
            backoff_.reset();
            co_await sleep_for(options_.look_again);
        } else {
            if (backoff_.tries() == 0) {
                log::warn("operations", "chores are planned later", {{"what", problem}});
            }
            co_await sleep_for(backoff_.next());
        }
    }
}

Task<bool> Chores::is_planned(Chore chore) {
    const auto stored = co_await schedulers_.get(chore.name);
    if (!stored || stored->repeat.pattern != chore.pattern ||
        stored->repeat.tz != options_.time_zone) {
        co_return false;
    }
    const auto state = co_await queue_.get_state(stored->next_job_id);
    const bool is_over = state == queue::JobState::unknown || state == queue::JobState::completed ||
                         state == queue::JobState::failed;
    co_return !is_over;
}

Task<> Chores::plan_all() {
    for (const Chore& chore : chores_) {
        const bool is_known = co_await is_planned(chore);
        if (is_known) {
            continue;
        }
        queue::RepeatOptions repeat{.pattern = chore.pattern, .tz = options_.time_zone};
        queue::JobTemplate job = job_of(chore);
        const auto planned =
            co_await schedulers_.upsert(chore.name, std::move(repeat), std::move(job));
        // A conflict: its next run is just being worked, and plans the one after it.
        if (!planned && planned.error().kind != ErrorKind::conflict) {
            log::error("operations", "a chore cannot be planned",
                       {{"chore", chore.name}, {"problem", planned.error().message}});
        }
    }
    for (const auto& found : co_await schedulers_.list(0, kMostSchedulers, true)) {
        const bool is_known =
            std::any_of(chores_.begin(), chores_.end(),
                        [&found](const Chore& chore) { return chore.name == found.id; });
        if (!is_known) {
            co_await schedulers_.remove(found.id);
        }
    }
}

Task<queue::Outcome> Chores::process(const queue::Job& job) {
    for (const Chore& chore : chores_) {
        if (chore.name == job.name) {
            const std::int64_t done = co_await chore.work();
            co_return queue::Completed{std::to_string(done)};
        }
    }
    co_return queue::FailPermanently{"this version has no such chore"};
}

}  // namespace tripos::operations
