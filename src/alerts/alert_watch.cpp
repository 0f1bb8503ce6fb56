// SPDX-License-Identifier: MIT
#include "alerts/alert_watch.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "alerts/alert_store.hpp"
#include "async/io_threads.hpp"
#include "async/this_thread.hpp"
#include "telemetry/log.hpp"

namespace tripos::alerts {

namespace {

/// Of four looks, three may fail to reach SQL.
constexpr std::chrono::seconds kLease{60};
constexpr std::chrono::seconds kBeat{60};
/// With a lane that hangs: what is wrong must be told all the same.
constexpr std::chrono::seconds kPatience{2};

}  // namespace

struct AlertWatch::Kept {
    bool has_lease = false;
    std::vector<Silence> silences;
    std::optional<Notes> notes;  ///< of whoever told until now
};

AlertWatch::AlertWatch(const AlertWatchParts& parts, std::function<void()> refresh,
                       AlertWatchOptions options)
    : parts_(parts),
      refresh_(std::move(refresh)),
      options_(std::move(options)),
      holder_(parts.random.hex(16)),
      firing_(parts.metrics.gauge("tripos_alerts_firing", "Alerts that fire")),
      disk_(parts.metrics.gauge("tripos_disk_free_ratio", "Of the disk of DATA_DIR, what is free")),
      messenger_(options_.messenger, parts.random, parts.metrics),
      history_(wanted_figures()),
      evaluator_(rules()),
      work_(context_.get_executor()),
      written_(context_.get_executor()),
      tasks_(context_.get_executor()) {}

AlertWatch::~AlertWatch() {
    end_thread();
}

void AlertWatch::start() {
    const std::lock_guard lock(start_stop_);
    if (is_stopped_ || std::exchange(is_watching_, true)) {
        return;
    }
    tasks_.spawn("alerts", run());
    run_thread();
}

void AlertWatch::run_thread() {
    if (thread_.joinable()) {
        return;
    }
    thread_ = std::thread([this] {
        introduce_thread("alerts");
        context_.run();
    });
}

void AlertWatch::end_thread() {
    const std::lock_guard lock(start_stop_);
    is_stopped_ = true;
    messenger_.stop();
    if (!thread_.joinable()) {
        return;
    }
    finish_on(context_, tasks_.stop());
    work_.reset();
    context_.stop();
    thread_.join();
}

Task<> AlertWatch::stop() {
    end_thread();
    if (!std::exchange(has_lease_, false)) {
        co_return;
    }
    try {
        auto give_up = [this](sql::Session& session) {
            alert_store::give_up_lease(session, holder_);
        };
        co_await parts_.database.write(std::move(give_up));
    } catch (const SystemError& failure) {
        log::debug("alerts", "the lease ends by itself", {{"what", failure.what()}});
    }
}

AlertState AlertWatch::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

Task<bool> AlertWatch::test() {
    {
        // `tripos alerts test` without a server: nothing is watched, and the message goes all the
        // same.
        const std::lock_guard lock(start_stop_);
        if (is_stopped_) {
            co_return false;
        }
        run_thread();
    }
    co_return co_await asio::co_spawn(context_, send_test(), asio::use_awaitable);
}

Task<bool> AlertWatch::send_test() {
    AlertMessage message;
    message.subject = "[TEST] Tripos can reach you";
    message.text = "This is a test: nothing is wrong.\n";
    message.json = R"({"version":"4","status":"test","alerts":[],"text":"[TEST] Tripos can reach )"
                   R"(you: nothing is wrong."})";
    co_return co_await messenger_.send(message, parts_.clock.now());
}

Task<> AlertWatch::run() {
    for (;;) {
        co_await look();
        co_await sleep_for(options_.interval);
    }
}

Task<> AlertWatch::look() {
    const auto now = parts_.clock.now();
    if (now == looked_at_) {
        co_return;
    }
    if (now < looked_at_) {  // somebody set the clock back
        history_ = History(wanted_figures());
        evaluator_.forget();
        has_lease_ = false;
    }
    looked_at_ = now;
    co_await ask_database(now);
    read_figures(now);
    evaluator_.look(history_, now);
    announcer_.follow(evaluator_.active(), now);
    co_await tell(now);
    co_await keep_notes();
    beat(now);
    publish(now);
}

Task<> AlertWatch::ask_database(Timestamp now) {
    const auto answer = std::make_shared<Kept>();
    std::function<void(sql::Session&)> ask = [answer, now, holder = holder_,
                                              had_lease = has_lease_](sql::Session& session) {
        Kept kept;
        kept.has_lease = alert_store::take_lease(session, holder, now, now + kLease);
        kept.silences = alert_store::list_silences(session, now);
        if (!kept.has_lease || !had_lease) {
            kept.notes = alert_store::load_notes(session);
        }
        *answer = std::move(kept);
    };
    const bool has_answer = co_await try_to_write(std::move(ask));
    is_alone_ = !has_answer;
    if (has_answer) {
        take_over(std::move(*answer), now);
    }
}

Task<bool> AlertWatch::try_to_write(std::function<void(sql::Session&)> work) {
    if (is_writing_) {
        co_return false;
    }
    is_writing_ = true;
    tasks_.spawn("alerts write", write(std::move(work)));
    while (is_writing_) {
        const bool has_answered = co_await written_.wait_for(kPatience);  // now, or one before late
        if (!has_answered) {
            log::debug("alerts", "going on without SQL, which does not answer");
            co_return false;
        }
    }
    co_return has_written_;
}

Task<> AlertWatch::write(std::function<void(sql::Session&)> work) {
    has_written_ = false;
    try {
        co_await parts_.database.write(std::move(work));
        has_written_ = true;
    } catch (const SystemError& failure) {
        log::debug("alerts", "going on without SQL", {{"what", failure.what()}});
    }
    is_writing_ = false;
    written_.notify();
}

void AlertWatch::take_over(Kept kept, Timestamp now) {
    silences_ = std::move(kept.silences);
    if (kept.notes && kept.has_lease) {  // what fired goes on to fire until it is seen not to
        for (const auto& [key, note] : *kept.notes) {
            if (!note.ended_at && !evaluator_.active().contains(key)) {
                evaluator_.restore(key, std::min(note.since, now));
            }
        }
    }
    if (kept.notes) {
        kept_ = *kept.notes;
        announcer_.restore(std::move(*kept.notes));
    }
    has_lease_ = kept.has_lease;
}

void AlertWatch::read_figures(Timestamp now) {
    refresh_();
    std::error_code failure;
    const auto disk = std::filesystem::space(options_.data_dir, failure);
    if (!failure && disk.capacity > 0) {
        disk_.set(static_cast<double>(disk.available) / static_cast<double>(disk.capacity));
    }
    history_.add(now, parts_.metrics.read(history_.metrics()));
}

bool AlertWatch::exam_runs(Timestamp now) const {
    static const auto running = above(newest({"tripos_exams_running_attempts"}), 0);
    return !running->at(history_, now).empty();
}

Task<> AlertWatch::tell(Timestamp now) {
    if (!messenger_.has_targets() || !(has_lease_ || is_alone_)) {
        co_return;
    }
    const auto due = announcer_.due(silences_, exam_runs(now), now);
    if (due.empty()) {
        co_return;
    }
    const auto message = write_message(due, options_.site, now);
    got_through_ = co_await messenger_.send(message, now);
    if (got_through_) {
        announcer_.told(due, now);
    }
}

Task<> AlertWatch::keep_notes() {
    if (is_alone_ || !has_lease_ || announcer_.notes() == kept_) {
        co_return;
    }
    auto notes = announcer_.notes();
    std::function<void(sql::Session&)> keep = [notes](sql::Session& session) {
        alert_store::save_notes(session, notes);
    };
    const bool is_done = co_await try_to_write(std::move(keep));
    if (is_done) {  // else in the next round
        kept_ = std::move(notes);
    }
}

void AlertWatch::beat(Timestamp now) {
    if (messenger_.has_heartbeat() && got_through_ && now - beat_at_ >= kBeat) {
        messenger_.beat();
        beat_at_ = now;
    }
}

void AlertWatch::publish(Timestamp now) {
    AlertState state{.at = now,
                     .active = evaluator_.active(),
                     .notes = announcer_.notes(),
                     .silences = silences_,
                     .exam_runs = exam_runs(now)};
    firing_.set(
        static_cast<double>(std::count_if(state.active.begin(), state.active.end(),
                                          [](const auto& one) { return one.second.is_firing; })));
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
}

}  // namespace tripos::alerts
