// SPDX-License-Identifier: MIT
// How a worker's jobs end: what is settled in one script, and what becomes of its answer.

#include "core/assert.hpp"
#include "queue/detail/endings.hpp"
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

using Kind = detail::Settlement::Kind;

bool is_final(const detail::Settlement& settlement) {
    return settlement.kind == Kind::completed || settlement.kind == Kind::failed;
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

/// What can go in one script: final results together, anything else alone.
std::vector<Worker::Impl::SlotPtr> Worker::Impl::take_finished() {
    std::vector<SlotPtr> batch;
    const bool together = is_final(finished_.front()->settlement);
    while (!finished_.empty() && batch.size() < (together ? batch_size() : 1) &&
           is_final(finished_.front()->settlement) == together) {
        batch.push_back(std::move(finished_.front()));
        finished_.pop_front();
    }
    return batch;
}

Task<> Worker::Impl::settle(std::vector<SlotPtr> batch) {
    const SlotPtr first = batch.front();
    const std::int64_t sent = now_millis();
    const bool is_last = is_final(first->settlement);
    Fetch fetch = is_last ? ask(batch.size()) : Fetch();
    std::string problem;
    bool is_refused = false;
    try {
        if (is_last) {
            co_await send_finished(batch, fetch);
        } else {
            co_await send_unfinished(first);
        }
    } catch (const redis::CommandFailed& failure) {
        problem = failure.message();
        is_refused = !is_last && !detail::will_pass(problem);
    } catch (const SystemError& failure) {
        problem = failure.what();
        for (const SlotPtr& slot : batch) {
            slot->unanswered = slot->unanswered.value_or(sent);
        }
    }
    if (is_refused) {
        drop_refused(first, problem);
    } else if (!problem.empty()) {
        finished_.insert(finished_.begin(), batch.begin(), batch.end());
        note_failure(problem);
    }
    if (!problem.empty()) {
        doubt(std::move(fetch));
    }
    end_script();
}

/// Its lock expires and another try follows; the other jobs must not wait for it.
void Worker::Impl::drop_refused(const SlotPtr& slot, const std::string& problem) {
    log::error("queue", "Redis refuses a job's result",
               {{"queue", options_.queue}, {"jobId", slot->job.id}, {"problem", problem}});
    count("lost");
    release(slot);
}

std::vector<detail::Ending> Worker::Impl::endings_of(const std::vector<SlotPtr>& batch) const {
    std::vector<detail::Ending> endings;
    endings.reserve(batch.size());
    for (const SlotPtr& slot : batch) {
        const bool failed = slot->settlement.kind == Kind::failed;
        const JobOptions& options = slot->job.options;
        const auto& own = failed ? options.remove_on_fail : options.remove_on_complete;
        const auto& workers = failed ? options_.remove_on_fail : options_.remove_on_complete;
        endings.push_back({.job = slot->job,
                           .token = slot->token,
                           .settlement = slot->settlement,
                           .keep = own ? *own : workers.value_or(Retention())});
    }
    return endings;
}

Task<> Worker::Impl::send_finished(std::vector<SlotPtr> batch, Fetch fetch) {
    std::vector<std::string> arguments = fetch_arguments(fetch);
    arguments.push_back(std::to_string(options_.metrics ? options_.metrics->max_data_points : 0));
    const std::vector<std::size_t> order = append_endings(arguments, endings_of(batch));
    const redis::Reply reply = co_await eval(detail::scripts().finish_jobs, std::move(arguments));
    auto fetched = detail::read_fetched(reply.elements.at(1));
    note_success();
    answered(fetch);
    const std::vector<redis::Reply>& codes = reply.elements.at(0).elements;
    std::vector<std::pair<SlotPtr, std::int64_t>> doubtful;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const SlotPtr& slot = batch[order[i]];
        if (codes.at(i).is_text()) {
            drop_refused(slot, codes[i].text);
        } else if (slot->unanswered && (codes[i].integer == -1 || codes[i].integer == -2)) {
            doubtful.emplace_back(slot, codes[i].integer);
        } else {
            conclude(slot, codes[i].integer);
        }
    }
    co_await accept(std::move(fetched), std::move(fetch));
    for (const auto& [slot, code] : doubtful) {
        co_await find_out(slot, code);
    }
}

/// The end was sent before, and the answer lost: that the lock is gone may be its own doing.
Task<> Worker::Impl::find_out(SlotPtr slot, std::int64_t code) {
    std::vector<std::string> arguments(1, slot->job.id);
    arguments.push_back(result_name(slot->settlement));
    arguments.push_back(slot->settlement.value);
    arguments.push_back(std::to_string(*slot->unanswered));
    bool is_settled = false;
    try {
        const redis::Reply found =
            co_await eval(detail::scripts().has_ended_as, std::move(arguments));
        is_settled = found.integer == 1;
    } catch (const redis::CommandFailed& failure) {
        note_failure(failure.message());
    } catch (const SystemError& failure) {
        note_failure(failure.what());
        finished_.push_back(slot);
        co_return;
    }
    conclude(slot, is_settled ? 0 : code);
}

Task<> Worker::Impl::send_unfinished(SlotPtr slot) {
    const detail::Settlement& settlement = slot->settlement;
    const detail::Scripts& scripts = detail::scripts();
    redis::Reply reply;
    if (settlement.kind == Kind::give_back) {
        std::vector<std::string> arguments(1, settlement.was_started ? "" : "1");
        arguments.push_back(std::to_string(settlement.delay.count()));
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
        const bool waits = settlement.kind == Kind::delay;
        const std::int64_t when = waits ? to_millis(settlement.due) : now_millis();
        std::vector<std::string> arguments(1, std::to_string(when));
        arguments.push_back(slot->job.id);
        arguments.push_back(slot->token);
        arguments.push_back(settlement.value);
        arguments.push_back(settlement.stacktrace);
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

void Worker::Impl::count(std::string_view result) {
    counters_.find(result)->second->add();
}

void Worker::Impl::release(const SlotPtr& slot) {
    std::erase(running_, slot);
    active_gauge_.set(static_cast<double>(running_.size()));
    settled_.notify();
}

}  // namespace tripos::queue
