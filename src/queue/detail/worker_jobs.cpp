// SPDX-License-Identifier: MIT
// How a worker runs a job, up to what it decides about its end.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>

#include "async/carried.hpp"
#include "queue/detail/children.hpp"
#include "queue/detail/job_codec.hpp"
#include "queue/detail/job_span.hpp"
#include "queue/detail/json_check.hpp"
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {

Worker::Impl::Slot::Slot(Impl& owner, Job fetched, std::string owner_token,
                         Steady::time_point lock_end)
    : worker(owner),
      job(std::move(fetched)),
      token(std::move(owner_token)),
      locked_until(lock_end) {}

Task<> Worker::Impl::Slot::log(std::string line) {
    std::vector<std::string> arguments(1, job.id);
    arguments.push_back(std::move(line));
    arguments.push_back(job.options.keep_logs ? std::to_string(*job.options.keep_logs) : "");
    co_await worker.eval(detail::scripts().add_log, std::move(arguments));
}

Task<> Worker::Impl::Slot::update_progress(std::string json) {
    // BullMQ's event readers stop for good at a value they cannot parse.
    if (!detail::is_json(json)) {
        throw SystemError("queue", "the progress is not JSON");
    }
    std::vector<std::string> arguments(1, job.id);
    arguments.push_back(std::move(json));
    co_await worker.eval(detail::scripts().update_progress, std::move(arguments));
}

Task<Children> Worker::Impl::Slot::children() {
    co_return co_await detail::read_children(worker.client_, worker.base_ + job.id);
}

Task<redis::Reply> Worker::Impl::eval(const redis::Script& script,
                                      std::vector<std::string> arguments) {
    std::vector<std::string> keys(1, base_);
    co_return co_await client_.eval(script, std::move(keys), std::move(arguments));
}

std::string Worker::Impl::next_token() {
    return token_prefix_ + ":" + std::to_string(++fetches_);
}

void Worker::Impl::note_failure(const std::string& problem) {
    outage_.failed(problem);
    talk_after_ = Steady::now() + backoff_.next();
}

void Worker::Impl::note_success() {
    outage_.worked();
    backoff_.reset();
}

Task<Outcome> Worker::Impl::process(SlotPtr slot) {
    if (slot->job.deferred_failure) {
        co_return FailPermanently{*slot->job.deferred_failure};
    }
    if (const auto most = options_.max_started_attempts;
        most && slot->job.attempts_started > *most) {
        co_return FailPermanently{"job started more than allowable limit"};
    }
    if (!detail::is_json(slot->job.data)) {
        co_return FailPermanently{"the job's data is not valid JSON"};
    }
    std::string problem;
    try {
        co_return co_await run_processor(*slot);
    } catch (const std::exception& failure) {
        problem = failure.what();
    } catch (...) {
        problem = "the processor threw something that is no exception";
    }
    co_return Retry{std::move(problem)};
}

/// No coroutine: what is not recorded goes the way it went without traces.
Task<Outcome> Worker::Impl::run_processor(Slot& slot) {
    auto span = detail::process_span(options_.tracer, options_.queue, slot.job);
    return span.is_recorded() ? run_recorded(slot, std::move(span)) : processor_(slot.job, slot);
}

Task<Outcome> Worker::Impl::run_recorded(Slot& slot, trace::Span span) {
    auto executor = carried(co_await asio::this_coro::executor, span.position());
    auto [thrown, outcome] = co_await asio::co_spawn(executor, processor_(slot.job, slot),
                                                     asio::as_tuple(asio::use_awaitable));
    if (thrown) {
        span.fail("exception");
        std::rethrow_exception(thrown);
    }
    detail::note_outcome(span, outcome);
    co_return std::move(outcome);
}

Task<> Worker::Impl::run_job(SlotPtr slot) {
    if (!slot->job.repeat_job_key.empty()) {
        co_await schedule_next_run(slot);
    }
    if (slot->is_abandoned()) {
        // After a pause of this process or of Redis, or because its next run could not be planned
        // in time, it may be somebody else's: it goes back and has cost no attempt.
        slot->settlement = {.kind = detail::Settlement::Kind::give_back, .was_started = false};
        end_job(std::move(slot));
        co_return;
    }
    const Outcome outcome = co_await process(slot);
    if (cancelled_) {
        co_return;
    }
    const std::chrono::duration<double> took = Steady::now() - slot->started_at;
    seconds_.observe(took.count());
    slot->settlement = decide(*slot, outcome);
    if (std::holds_alternative<SlowDown>(outcome)) {
        fetch_after_ = std::max(fetch_after_, Steady::now() + slot->settlement.delay);
    }
    end_job(std::move(slot));
}

void Worker::Impl::end_job(SlotPtr slot) {
    slot->has_ended = true;
    finished_.push_back(std::move(slot));
    work_.notify();
}

/// A strategy that throws must not leave its job without an end.
detail::Settlement Worker::Impl::decide(const Slot& slot, const Outcome& outcome) {
    const detail::RetryRules rules{.strategy = &options_.backoff_strategy,
                                   .max_started = options_.max_started_attempts};
    try {
        return detail::settle(slot.job, outcome, clock_.now(), random_, rules);
    } catch (const std::exception& failure) {
        const std::string reason = std::string("the backoff strategy failed: ") + failure.what();
        return detail::settle(slot.job, FailPermanently{reason}, clock_.now(), random_);
    }
}

Task<> Worker::Impl::call_failed_handler(SlotPtr slot) {
    try {
        co_await on_failed_(slot->job, slot->settlement.value);
    } catch (const std::exception& failure) {
        log::error(
            "queue", "the handler of a failed job failed",
            {{"queue", options_.queue}, {"jobId", slot->job.id}, {"problem", failure.what()}});
    }
    --failed_handlers_;
    settled_.notify();
}

}  // namespace tripos::queue
