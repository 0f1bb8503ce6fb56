// SPDX-License-Identifier: MIT
#include <array>

#include "core/assert.hpp"
#include "queue/detail/children.hpp"
#include "queue/detail/job_codec.hpp"
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

using Kind = detail::Settlement::Kind;

constexpr std::size_t kBatch = 50;     // jobs per script: about 2 ms of the server's time
constexpr int kRetentionStep = 1'000;  // aged jobs removed per finish

bool is_final(const detail::Settlement& settlement) {
    return settlement.kind == Kind::completed || settlement.kind == Kind::failed;
}

/// Errors of a server that will pass; any other means that it refuses this very call.
bool will_pass(const std::string& message) {
    constexpr std::array<std::string_view, 8> kPrefixes = {
        "OOM", "LOADING", "READONLY", "MISCONF", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS"};
    return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                       [&message](std::string_view prefix) { return message.starts_with(prefix); });
}

std::string result_name(const detail::Settlement& settlement) {
    switch (settlement.kind) {
        case Kind::completed:
            return "completed";
        case Kind::failed:
            return "failed";
        case Kind::retry_now:
            return "retried";
        case Kind::delay:
            return settlement.counts_attempt ? "retried" : "delayed";
        case Kind::give_back:
            return "returned";
        case Kind::wait_for_children:
            return "waiting-children";
    }
    assertion_failed("a known settlement");
}

}  // namespace

Worker::Impl::Slot::Slot(Impl& owner, Job fetched, std::string owner_token)
    : worker(owner), job(std::move(fetched)), token(std::move(owner_token)) {}

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

std::size_t Worker::Impl::free_slots() const {
    return slots_ > running_.size() ? slots_ - running_.size() : 0;
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
        co_return co_await processor_(slot->job, *slot);
    } catch (const std::exception& failure) {
        problem = failure.what();
    } catch (...) {
        problem = "the processor threw something that is no exception";
    }
    co_return Retry{std::move(problem)};
}

Task<> Worker::Impl::run_job(SlotPtr slot) {
    const Outcome outcome = co_await process(slot);
    if (cancelled_) {
        co_return;
    }
    const std::chrono::duration<double> took = Steady::now() - slot->started_at;
    seconds_.observe(took.count());
    if (const auto* slow = std::get_if<SlowDown>(&outcome)) {
        fetch_after_ = std::max(fetch_after_, Steady::now() + slow->pause);
    }
    slot->settlement = decide(*slot, outcome);
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

std::string Worker::Impl::wanted_text(std::size_t jobs) const {
    std::string text = std::to_string(jobs);
    if (const auto& limit = options_.limiter) {
        text += " " + std::to_string(limit->max) + " " + std::to_string(limit->duration.count());
    }
    return text;
}

/// Takes what can go in one script: final results together, anything else alone.
Task<> Worker::Impl::settle_some() {
    std::vector<SlotPtr> batch;
    for (const SlotPtr& slot : finished_) {
        const bool fits = batch.empty() || (batch.size() < kBatch && is_final(slot->settlement));
        if (!fits || (!batch.empty() && !is_final(batch.front()->settlement))) {
            break;
        }
        batch.push_back(slot);
    }
    const SlotPtr first = batch.front();
    std::string problem;
    bool is_refused = false;
    try {
        if (is_final(first->settlement)) {
            co_await send_finished(std::move(batch));
        } else {
            co_await send_unfinished(first);
        }
    } catch (const redis::CommandFailed& failure) {
        problem = failure.message();
        is_refused = !is_final(first->settlement) && !will_pass(problem);
    } catch (const SystemError& failure) {
        problem = failure.what();
    }
    fetching_ = false;
    if (is_refused) {
        finished_.pop_front();
        drop_refused(first, problem);
    } else if (!problem.empty()) {
        note_failure(problem);
    }
}

/// Its lock expires and another try follows; the other jobs must not wait for it.
void Worker::Impl::drop_refused(const SlotPtr& slot, const std::string& problem) {
    log::error("queue", "Redis refuses a job's result",
               {{"queue", options_.queue}, {"jobId", slot->job.id}, {"problem", problem}});
    count("lost");
    release(slot);
}

void Worker::Impl::append_finish(std::vector<std::string>& arguments, const Slot& slot) const {
    const detail::Settlement& settlement = slot.settlement;
    const bool failed = settlement.kind == Kind::failed;
    const std::optional<Retention>& own =
        failed ? slot.job.options.remove_on_fail : slot.job.options.remove_on_complete;
    const std::optional<Retention>& workers =
        failed ? options_.remove_on_fail : options_.remove_on_complete;
    const Retention keep = own ? *own : workers.value_or(Retention());
    const bool keeps_all = !keep.count || *keep.count < 0;
    arguments.push_back(slot.job.id);
    arguments.push_back(slot.token);
    arguments.push_back(failed ? "failed" : "completed");
    arguments.push_back(settlement.value);
    arguments.push_back(settlement.stacktrace);
    arguments.push_back(std::to_string(slot.job.options.attempts));
    arguments.push_back(keeps_all ? "" : std::to_string(*keep.count));
    arguments.push_back(keep.age ? std::to_string(keep.age->count()) : "");
    arguments.push_back(std::to_string(kRetentionStep));
}

Task<> Worker::Impl::send_finished(std::vector<SlotPtr> batch) {
    const bool may_take = !closing_ && Steady::now() >= fetch_after_;
    const std::size_t in_use = running_.size() - batch.size();
    const std::size_t wanted = may_take && slots_ > in_use ? std::min(slots_ - in_use, kBatch) : 0;
    std::string token = next_token();
    std::vector<std::string> arguments(1, std::to_string(now_millis()));
    arguments.push_back(token);
    arguments.push_back(std::to_string(options_.lock_duration.count()));
    arguments.push_back(options_.name);
    arguments.push_back(wanted_text(wanted));
    for (const SlotPtr& slot : batch) {
        append_finish(arguments, *slot);
    }
    fetching_ = true;
    if (wanted > 0) {
        in_doubt_.push_back(token);
    }
    redis::Reply reply = co_await eval(detail::scripts().finish_jobs, std::move(arguments));
    note_success();
    settle_doubt(token);
    finished_.erase(finished_.begin(),
                    finished_.begin() + static_cast<std::ptrdiff_t>(batch.size()));
    const std::vector<redis::Reply>& codes = reply.elements.at(0).elements;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (codes.at(i).is_text()) {
            drop_refused(batch[i], codes[i].text);
        } else {
            conclude(batch[i], codes[i].integer);
        }
    }
    if (wanted > 0) {
        redis::Reply fetched = std::move(reply.elements.at(1));
        co_await accept(std::move(fetched), std::move(token), wanted);
    }
}

Task<> Worker::Impl::send_unfinished(SlotPtr slot) {
    const detail::Settlement& settlement = slot->settlement;
    const detail::Scripts& scripts = detail::scripts();
    redis::Reply reply;
    if (settlement.kind == Kind::give_back) {
        std::vector<std::string> arguments(1, "");
        arguments.push_back(slot->job.id);
        arguments.push_back(slot->token);
        reply = co_await eval(scripts.return_to_wait, std::move(arguments));
        redis::Reply code = std::move(reply.elements.at(0));
        reply = std::move(code);
    } else if (settlement.kind == Kind::wait_for_children) {
        std::vector<std::string> arguments(1, std::to_string(now_millis()));
        arguments.push_back(slot->job.id);
        arguments.push_back(slot->token);
        reply = co_await eval(scripts.wait_for_children, std::move(arguments));
    } else {
        std::vector<std::string> arguments(1, std::to_string(now_millis()));
        arguments.push_back(slot->job.id);
        arguments.push_back(slot->token);
        arguments.push_back(settlement.value);
        arguments.push_back(settlement.stacktrace);
        const bool waits = settlement.kind == Kind::delay;
        if (waits) {
            arguments.push_back(std::to_string(settlement.delay.count()));
            arguments.push_back(settlement.counts_attempt ? "1" : "");
        } else {
            arguments.push_back(slot->job.options.lifo ? "1" : "");
        }
        const redis::Script& script = waits ? scripts.move_to_delayed : scripts.retry_job;
        reply = co_await eval(script, std::move(arguments));
    }
    note_success();
    finished_.pop_front();
    drained_ = false;
    conclude(slot, reply.integer);
}

/// A parent whose children are not done cannot complete: it fails like any other try.
bool Worker::Impl::fail_instead(const SlotPtr& slot, std::int64_t code) {
    if (code != -4 && code != -9) {
        return false;
    }
    std::string reason(detail::describe_code(code));
    const Outcome outcome = code == -4 ? Outcome(Retry{std::move(reason)})
                                       : Outcome(FailPermanently{std::move(reason)});
    slot->settlement = decide(*slot, outcome);
    finished_.push_back(slot);
    return true;
}

void Worker::Impl::conclude(const SlotPtr& slot, std::int64_t code) {
    if (fail_instead(slot, code)) {
        return;
    }
    if (code == 0) {
        count(result_name(slot->settlement));
        if (slot->settlement.kind == Kind::failed && on_failed_) {
            ++failed_handlers_;
            jobs_.spawn("queue failed handler", call_failed_handler(slot));
        }
    } else {
        count("lost");
        log::warn("queue", "a job's result does not count any more",
                  {{"queue", options_.queue},
                   {"jobId", slot->job.id},
                   {"result", result_name(slot->settlement)},
                   {"reason", detail::describe_code(code)}});
    }
    release(slot);
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

void Worker::Impl::count(std::string_view result) {
    counters_.find(result)->second->add();
}

void Worker::Impl::release(const SlotPtr& slot) {
    std::erase(running_, slot);
    active_gauge_.set(static_cast<double>(running_.size()));
    settled_.notify();
}

}  // namespace tripos::queue
