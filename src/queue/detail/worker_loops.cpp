// SPDX-License-Identifier: MIT
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

constexpr std::chrono::milliseconds kLongestBlock{10'000};
constexpr std::chrono::milliseconds kShortestBlock{2};
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
        if (!co_await work_.wait_for(idle_time())) {
            drained_ = false;
        }
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
            outage_.failed(problem);
            co_await sleep_for(marker_backoff_.next());
            continue;
        }
        marker_backoff_.reset();
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
