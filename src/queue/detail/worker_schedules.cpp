// SPDX-License-Identifier: MIT
// What a worker owes to job schedulers: the run that follows a fetched one.

#include "queue/detail/schedule_plan.hpp"
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

constexpr std::chrono::milliseconds kAgain{200};

std::vector<std::string> arguments_of(const Job& job, const detail::NextRun& next, Timestamp now) {
    return {std::to_string(to_millis(now)),
            job.repeat_job_key,
            job.id,
            next.at ? std::to_string(to_millis(*next.at)) : "",
            next.every,
            next.offset,
            next.end,
            job.name,
            job.data,
            next.options,
            std::to_string(job.priority),
            job.options.lifo ? "1" : ""};
}

}  // namespace

/// Before the fetched run is processed, so that a run that kills its worker does not end the
/// scheduler. Asks until it is answered: the script does nothing the second time, and who takes
/// over the job should this worker die asks again.
Task<> Worker::Impl::schedule_next_run(SlotPtr slot) {
    const Job& job = slot->job;
    const auto next = detail::plan_next_run(slot->stored_options, clock_.now());
    if (!next) {
        log::error("queue", "a job scheduler cannot go on",
                   {{"queue", options_.queue},
                    {"scheduler", job.repeat_job_key},
                    {"problem", next.error().message}});
        co_return;
    }
    if (!*next) {
        co_return;
    }
    const std::vector<std::string> arguments = arguments_of(job, **next, clock_.now());
    while (!slot->is_abandoned()) {
        std::string problem;
        std::vector<std::string> again = arguments;
        try {
            co_await eval(detail::scripts().schedule_next_run, std::move(again));
            co_return;
        } catch (const redis::CommandFailed& failure) {
            problem = failure.message();
            if (!detail::will_pass(problem)) {
                log::error("queue", "Redis refuses the next run of a job scheduler",
                           {{"queue", options_.queue},
                            {"scheduler", job.repeat_job_key},
                            {"problem", problem}});
                co_return;
            }
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        outage_.failed(problem);
        co_await sleep_for(kAgain);
    }
}

}  // namespace tripos::queue
