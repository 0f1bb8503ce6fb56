// SPDX-License-Identifier: MIT
#include "queue/detail/job_codec.hpp"
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

constexpr std::chrono::milliseconds kLongestBlock{10'000};
constexpr std::chrono::milliseconds kShortestBlock{2};
constexpr std::size_t kScripts = 2;  // on their way at once: one runs, the next waits for it
// Between them: those sent together are answered together, and the server then waits for us.
constexpr std::chrono::microseconds kApart{100};
constexpr std::size_t kSmallBatch = 8;   // jobs per script: what a call costs itself is shared
constexpr std::size_t kLargeBatch = 50;  // and it takes at most about 2 ms of the server's time
constexpr std::int64_t kLongestLimit = 30'000;  // ms of a rate limit that are believed at once

std::chrono::milliseconds rounded_up(std::chrono::steady_clock::duration duration) {
    return std::chrono::ceil<std::chrono::milliseconds>(duration);
}

}  // namespace

/// The jobs that leave with the scripts on their way make room for those they bring.
std::size_t Worker::Impl::free_slots() const {
    const std::size_t in_use = running_.size() - ending_ + asked_;
    return slots_ > in_use ? slots_ - in_use : 0;
}

/// Beside another script that asks for jobs only while there are enough for both: else what that
/// one finds tells whether there are more.
bool Worker::Impl::may_fetch() const {
    const bool may_ask = asked_ == 0 || (found_all_ && free_slots() >= batch_size());
    return !closing_ && !drained_ && may_ask && free_slots() > 0 && Steady::now() >= fetch_after_;
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
        const bool may_talk = Steady::now() >= talk_after_ && scripts_ < kScripts;
        if (may_talk && !in_doubt_.empty()) {
            co_await reclaim();
            continue;
        }
        const bool has_more = !finished_.empty() || may_fetch();
        const auto early = begun_ + kApart - Steady::now();
        if (may_talk && has_more && scripts_ > 0 && early > Steady::duration::zero()) {
            co_await sleep_for(early);
            continue;
        }
        if (may_talk && !finished_.empty()) {
            begin_script(settle(take_finished()));
            continue;
        }
        if (may_talk && may_fetch()) {
            begin_script(fetch(ask(0)));
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

void Worker::Impl::begin_script(Task<> script) {
    ++scripts_;
    begun_ = Steady::now();
    loops_.spawn("queue script", std::move(script));
}

void Worker::Impl::end_script() {
    --scripts_;
    work_.notify();
    settled_.notify();
}

/// Half of the slots, so that Redis works on one half while this process works on the other; a few
/// jobs are not worth dividing.
std::size_t Worker::Impl::batch_size() const {
    return std::clamp(slots_ / 2, kSmallBatch, kLargeBatch);
}

Worker::Impl::Fetch Worker::Impl::ask(std::size_t ending) {
    ending_ += ending;
    const bool may_take = !closing_ && Steady::now() >= fetch_after_;
    const std::size_t wanted = may_take ? std::min(free_slots(), batch_size()) : 0;
    asked_ += wanted;
    return {.token = next_token(),
            .ending = ending,
            .wanted = wanted,
            .wakes = wakes_,
            .asked = Steady::now()};
}

void Worker::Impl::answered(const Fetch& fetch) {
    ending_ -= fetch.ending;
    asked_ -= fetch.wanted;
}

/// The arguments that fetch_jobs and finish_jobs begin with; see lua/lib/fetch.lua.
std::vector<std::string> Worker::Impl::fetch_arguments(const Fetch& fetch) const {
    std::string wanted = std::to_string(fetch.wanted);
    if (const auto& limit = options_.limiter) {
        wanted += " " + std::to_string(limit->max) + " " + std::to_string(limit->duration.count());
    }
    return {std::to_string(now_millis()), fetch.token,
            std::to_string(options_.lock_duration.count()), options_.name, std::move(wanted)};
}

Task<> Worker::Impl::fetch(Fetch fetch) {
    std::string problem;
    try {
        const redis::Reply reply =
            co_await eval(detail::scripts().fetch_jobs, fetch_arguments(fetch));
        auto fetched = detail::read_fetched(reply);
        note_success();
        answered(fetch);
        co_await accept(std::move(fetched), fetch);
    } catch (const SystemError& failure) {
        problem = failure.what();
    }
    if (!problem.empty()) {
        note_failure(problem);
        doubt(std::move(fetch));
    }
    end_script();
}

/// The reply is lost, or says nothing that could be understood: it may have brought jobs.
void Worker::Impl::doubt(Fetch fetch) {
    answered(fetch);
    if (fetch.wanted > 0) {
        in_doubt_.push_back(std::move(fetch.token));
    }
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

Task<> Worker::Impl::accept(std::optional<detail::Fetched> fetched, Fetch fetch) {
    if (!fetched || fetch.wanted == 0) {
        co_return;
    }
    due_ = fetched->next_due;
    if (fetched->limit_ttl > 0) {
        const std::chrono::milliseconds limited(std::min(fetched->limit_ttl, kLongestLimit));
        fetch_after_ = std::max(fetch_after_, Steady::now() + limited);
    }
    found_all_ = fetched->jobs.size() == fetch.wanted;
    // A marker that came meanwhile may stand for a job added after the script.
    drained_ = !found_all_ && fetch.wakes == wakes_;
    const Steady::time_point lock_end = fetch.asked + options_.lock_duration;
    std::vector<SlotPtr> unstarted;
    for (detail::FetchedJob& taken : fetched->jobs) {
        ++taken.job.attempts_started;
        taken.job.processed_on = clock_.now();
        taken.job.processed_by = options_.name;
        auto slot = std::make_shared<Slot>(*this, std::move(taken.job), fetch.token, lock_end);
        slot->stored_options = std::move(taken.stored_options);
        if (closing_) {
            unstarted.push_back(std::move(slot));
        } else {
            start_job(std::move(slot));
        }
    }
    if (!unstarted.empty()) {
        co_await hand_back(std::move(unstarted));
    }
}

void Worker::Impl::start_job(SlotPtr slot) {
    running_.push_back(slot);
    active_gauge_.set(static_cast<double>(running_.size()));
    jobs_.spawn("queue job", run_job(std::move(slot)));
}

Task<> Worker::Impl::hand_back(std::vector<SlotPtr> slots) {
    std::vector<std::string> arguments(1, "1");
    arguments.push_back("0");
    for (const SlotPtr& slot : slots) {
        arguments.push_back(slot->job.id);
        arguments.push_back(slot->token);
    }
    try {
        co_await eval(detail::scripts().return_to_wait, std::move(arguments));
    } catch (const SystemError& failure) {
        note_failure(failure.what());
        in_doubt_.push_back(slots.front()->token);
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
            reply = co_await blocking_->blocking_command(std::move(command),
                                                         timeout + detail::kBlockGrace);
            problem = reply.is_error() ? reply.text : "";
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        if (!problem.empty() && closing_) {
            break;  // the connection was closed for that
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
    if (closing_ || free_slots() == 0 || Steady::now() < fetch_after_) {
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
        ++wakes_;
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
    const Steady::time_point lock_end = Steady::now() + options_.lock_duration;
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
    for (const SlotPtr& slot : renewed) {
        const bool is_lost =
            std::any_of(lost.elements.begin(), lost.elements.end(),
                        [&slot](const redis::Reply& id) { return id.text == slot->job.id; });
        if (!is_lost) {
            slot->locked_until = lock_end;
        } else if (!slot->has_ended && !slot->abandoned) {
            // One that is being settled has given its lock back itself.
            slot->abandoned = true;
            log::warn("queue", "lost the lock of a running job",
                      {{"queue", options_.queue}, {"jobId", slot->job.id}});
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
