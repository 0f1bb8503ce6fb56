// SPDX-License-Identifier: MIT
#include "queue/detail/job_codec.hpp"
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

constexpr std::chrono::milliseconds kLongestBlock{10'000};
constexpr std::chrono::milliseconds kShortestBlock{2};
constexpr std::size_t kFetchBatch = 50;         // jobs per script: about 2 ms of the server's time
constexpr std::int64_t kLongestLimit = 30'000;  // ms of a rate limit that are believed at once
constexpr std::chrono::milliseconds kBlockGrace{
    2'000};  // beyond its own time-out, a blocked command is lost

std::chrono::milliseconds rounded_up(std::chrono::steady_clock::duration duration) {
    return std::chrono::ceil<std::chrono::milliseconds>(duration);
}

}  // namespace

bool Worker::Impl::may_fetch() const {
    return !closing_ && !drained_ && free_slots() > 0 && Steady::now() >= fetch_after_;
}

bool Worker::Impl::wants_marker() const {
    return !closing_ && drained_ && free_slots() > 0 && Steady::now() >= fetch_after_;
}

/// Until the next fetch without a marker.
Worker::Impl::Steady::duration Worker::Impl::idle_time() const {
    Steady::duration wait = options_.drain_delay;
    if (due_ > 0) {
        const std::chrono::milliseconds left(std::max<std::int64_t>(due_ - now_millis(), 1));
        wait = std::min<Steady::duration>(wait, left);
    }
    const Steady::time_point now = Steady::now();
    if (fetch_after_ > now) {
        wait = fetch_after_ - now;
    }
    if (talk_after_ > now) {
        wait = talk_after_ - now;
    }
    return std::max<Steady::duration>(wait, std::chrono::milliseconds(1));
}

Worker::Impl::Steady::duration Worker::Impl::marker_timeout() const {
    return std::clamp(rounded_up(idle_time()), kShortestBlock, kLongestBlock);
}

Task<> Worker::Impl::work_loop() {
    for (;;) {
        const bool may_talk = Steady::now() >= talk_after_;
        if (may_talk && !in_doubt_.empty()) {
            co_await reclaim();
            continue;
        }
        if (may_talk && !finished_.empty()) {
            co_await settle_some();
            continue;
        }
        if (may_talk && may_fetch()) {
            co_await fetch();
            continue;
        }
        if (wants_marker()) {
            marker_wanted_.notify();
        }
        const bool woken = co_await work_.wait_for(idle_time());
        if (!woken) {
            drained_ = false;
        }
    }
}

Task<> Worker::Impl::fetch() {
    const std::size_t wanted = std::min(free_slots(), kFetchBatch);
    std::string token = next_token();
    std::vector<std::string> arguments(1, std::to_string(now_millis()));
    arguments.push_back(token);
    arguments.push_back(std::to_string(options_.lock_duration.count()));
    arguments.push_back(options_.name);
    arguments.push_back(wanted_text(wanted));
    redis::Reply reply;
    std::string problem;
    fetching_ = true;
    in_doubt_.push_back(token);
    try {
        reply = co_await eval(detail::scripts().fetch_jobs, std::move(arguments));
    } catch (const SystemError& failure) {
        problem = failure.what();
    }
    if (problem.empty()) {
        note_success();
        settle_doubt(token);
        co_await accept(std::move(reply), std::move(token), wanted);
    } else {
        note_failure(problem);
    }
    fetching_ = false;
}

void Worker::Impl::settle_doubt(const std::string& token) {
    std::erase(in_doubt_, token);
}

/// Jobs that a lost reply would have brought must not wait until their lock expires.
Task<> Worker::Impl::reclaim() {
    std::vector<std::string> tokens = in_doubt_;
    redis::Reply reclaimed;
    try {
        reclaimed = co_await eval(detail::scripts().reclaim_jobs, std::move(tokens));
        in_doubt_.clear();
        note_success();
    } catch (const redis::CommandFailed& failure) {
        in_doubt_.clear();  // their locks expire; refusing for ever would stop everything else
        note_failure(failure.message());
    } catch (const SystemError& failure) {
        note_failure(failure.what());
    }
    for (const redis::Reply& id : reclaimed.elements) {
        log::info("queue", "handed back a job whose fetch was not answered",
                  {{"queue", options_.queue}, {"jobId", id.text}});
    }
    drained_ = false;
}

Task<> Worker::Impl::accept(redis::Reply fetched, std::string token, std::size_t wanted) {
    if (fetched.elements.size() != 3) {
        co_return;  // nothing was asked for
    }
    due_ = fetched.elements[0].integer;
    if (const std::int64_t ttl = fetched.elements[1].integer; ttl > 0) {
        const std::chrono::milliseconds limited(std::min(ttl, kLongestLimit));
        fetch_after_ = std::max(fetch_after_, Steady::now() + limited);
    }
    const std::vector<redis::Reply>& jobs = fetched.elements[2].elements;
    drained_ = jobs.size() < wanted;
    std::vector<SlotPtr> unstarted;
    for (const redis::Reply& fields : jobs) {
        const std::span<const redis::Reply> flat(fields.elements);
        Job job = detail::read_job(flat.front().text, flat.subspan(1));
        if (closing_) {
            unstarted.push_back(std::make_shared<Slot>(*this, std::move(job), token));
        } else {
            start_job(std::move(job), token);
        }
    }
    if (!unstarted.empty()) {
        co_await hand_back(std::move(unstarted));
    }
}

void Worker::Impl::start_job(Job job, const std::string& token) {
    auto slot = std::make_shared<Slot>(*this, std::move(job), token);
    running_.push_back(slot);
    active_gauge_.set(static_cast<double>(running_.size()));
    jobs_.spawn("queue job", run_job(std::move(slot)));
}

Task<> Worker::Impl::hand_back(std::vector<SlotPtr> slots) {
    std::vector<std::string> arguments(1, "1");
    for (const SlotPtr& slot : slots) {
        arguments.push_back(slot->job.id);
        arguments.push_back(slot->token);
    }
    try {
        co_await eval(detail::scripts().return_to_wait, std::move(arguments));
    } catch (const SystemError& failure) {
        outage_.failed(failure.what());
    }
}

Task<> Worker::Impl::marker_loop() {
    while (!closing_) {
        if (!wants_marker()) {
            co_await marker_wanted_.wait_for(options_.drain_delay);
            continue;
        }
        const auto timeout =
            std::chrono::duration_cast<std::chrono::milliseconds>(marker_timeout());
        redis::Arguments command(1, "BZPOPMIN");
        command.push_back(base_ + "marker");
        command.push_back(std::to_string(static_cast<double>(timeout.count()) / 1000));
        redis::Reply reply;
        std::string problem;
        try {
            reply = co_await blocking_->command(std::move(command), timeout + kBlockGrace);
            problem = reply.is_error() ? reply.text : "";
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        if (closing_) {
            break;
        }
        if (!problem.empty()) {
            marker_outage_.failed(problem);
            co_await sleep_for(marker_backoff_.next());
            continue;
        }
        marker_backoff_.reset();
        marker_outage_.worked();
        if (reply.elements.size() == 3) {
            const redis::Reply& score = reply.elements[2];
            const double at =
                score.type == redis::Reply::Type::real ? score.real : std::atof(score.text.c_str());
            co_await on_marker(reply.elements[1].text, at);
        }
    }
}

/// A popped marker is a token: it is used, or put back for a worker that has room.
Task<> Worker::Impl::on_marker(std::string member, double score) {
    if (free_slots() == 0 || Steady::now() < fetch_after_) {
        redis::Arguments command(1, "ZADD");
        command.push_back(base_ + "marker");
        command.push_back("NX");
        command.push_back(std::to_string(static_cast<std::int64_t>(score)));
        command.push_back(std::move(member));
        try {
            co_await client_.command(std::move(command));
        } catch (const SystemError& failure) {
            outage_.failed(failure.what());
        }
        co_return;
    }
    const auto at = static_cast<std::int64_t>(score);
    if (at <= now_millis() + 1) {
        drained_ = false;
    } else if (due_ == 0 || at < due_) {
        due_ = at;
    }
    work_.notify();
}

Task<> Worker::Impl::lock_loop() {
    for (;;) {
        co_await sleep_for(options_.lock_duration / 4);
        if (!running_.empty()) {
            co_await renew_locks();
        }
    }
}

Task<> Worker::Impl::renew_locks() {
    std::vector<std::string> arguments(1, std::to_string(options_.lock_duration.count()));
    const std::vector<SlotPtr> renewed = running_;
    for (const SlotPtr& slot : renewed) {
        arguments.push_back(slot->job.id);
        arguments.push_back(slot->token);
    }
    redis::Reply lost;
    try {
        lost = co_await eval(detail::scripts().extend_locks, std::move(arguments));
    } catch (const SystemError& failure) {
        outage_.failed(failure.what());
        co_return;
    }
    for (const redis::Reply& id : lost.elements) {
        for (const SlotPtr& slot : running_) {
            const bool was_renewed =
                std::find(renewed.begin(), renewed.end(), slot) != renewed.end();
            // One that is being settled has given its lock back itself.
            const bool is_settling =
                std::find(finished_.begin(), finished_.end(), slot) != finished_.end();
            if (slot->job.id == id.text && was_renewed && !is_settling && !slot->abandoned) {
                slot->abandoned = true;
                log::warn("queue", "lost the lock of a running job",
                          {{"queue", options_.queue}, {"jobId", id.text}});
            }
        }
    }
}

Task<> Worker::Impl::stall_loop() {
    for (;;) {
        std::vector<std::string> arguments(1, std::to_string(now_millis()));
        arguments.push_back(std::to_string(options_.stalled_interval.count()));
        arguments.push_back(std::to_string(options_.max_stalled_count));
        try {
            const redis::Reply recovered =
                co_await eval(detail::scripts().recover_stalled, std::move(arguments));
            for (const redis::Reply& id : recovered.elements) {
                log::warn("queue", "put a stalled job back",
                          {{"queue", options_.queue}, {"jobId", id.text}});
            }
        } catch (const SystemError& failure) {
            outage_.failed(failure.what());
        }
        co_await sleep_for(options_.stalled_interval);
    }
}

}  // namespace tripos::queue
