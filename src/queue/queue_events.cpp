// SPDX-License-Identifier: MIT
#include "queue/queue_events.hpp"

#include <atomic>

#include "async/backoff.hpp"
#include "async/event.hpp"
#include "async/io_threads.hpp"
#include "async/task_group.hpp"
#include "core/assert.hpp"
#include "queue/detail/connection_name.hpp"
#include "queue/detail/event_codec.hpp"
#include "queue/detail/job_rules.hpp"
#include "queue/detail/outage_log.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

using Steady = std::chrono::steady_clock;

constexpr const char* kBatch = "200";                // events per read
constexpr std::chrono::seconds kLookAgain{5};        // the event may have been trimmed
constexpr std::chrono::milliseconds kOnItsWay{200};  // the event of a job that is gone

}  // namespace

/// One who waits for the end of a job.
struct JobWait {
    JobWait(asio::any_io_executor executor, std::string id)
        : job_id(std::move(id)), changed(executor) {}

    const std::string job_id;
    Event changed;
    std::optional<JobResult> result;
    bool is_removed = false;
};

class QueueEvents::Impl {
  public:
    Impl(asio::io_context& context, redis::Client& client, QueueEventsOptions options,
         Random& random);

    void start();
    Task<> close();
    void end();  ///< closed, whatever has happened so far
    Task<Result<JobResult>> wait(Queue& queue, std::string id, std::chrono::milliseconds limit);

    std::vector<Handler> handlers_;
    std::string last_id_;

  private:
    Task<> read_loop();
    Task<std::string> read();
    Task<redis::Reply> find_newest();
    void deliver(const QueueEvent& event);
    void tell_waiting(const QueueEvent& event);
    Task<Result<std::optional<JobResult>>> look(Queue& queue, JobWait& wait);

    asio::io_context& context_;
    const QueueEventsOptions options_;
    const std::string key_;
    std::unique_ptr<redis::Connection> connection_;
    tripos::Backoff backoff_;
    detail::OutageLog outage_;
    std::vector<JobWait*> waiting_;
    bool knows_place_;  ///< the stream has events up to last_id_, as far as one can know
    bool closing_ = false;
    std::atomic<bool> started_ = false;  ///< this one and the next are read by the destructor
    std::atomic<bool> closed_ = false;
    TaskGroup loops_;
};

QueueEvents::Impl::Impl(asio::io_context& context, redis::Client& client,
                        QueueEventsOptions options, Random& random)
    : last_id_(options.last_event_id),
      context_(context),
      options_(std::move(options)),
      key_(options_.prefix + ":" + options_.queue + ":events"),
      connection_(client.dedicated(
          context, detail::connection_name(options_.prefix, options_.queue, ":qe"))),
      backoff_(detail::kReconnect, random),
      outage_(options_.queue),
      knows_place_(!last_id_.empty()),
      loops_(context.get_executor()) {
    TRIPOS_ASSERT(detail::is_queue_name(options_.queue));
}

void QueueEvents::Impl::start() {
    started_ = true;
    connection_->start();
    loops_.spawn("queue events", read_loop());
}

Task<> QueueEvents::Impl::close() {
    closing_ = true;
    for (JobWait* wait : waiting_) {
        wait->changed.notify();
    }
    co_await connection_->stop();
    co_await loops_.stop();
    closed_ = true;
}

void QueueEvents::Impl::end() {
    if (started_ && !closed_) {
        finish_on(context_, close());
    }
}

/// The place from which a new listener hears everything: "$" would miss what comes between two
/// reads. A stream that ends before the place of an old one is another: Redis has lost its data,
/// and its clock is not the former one's.
Task<redis::Reply> QueueEvents::Impl::find_newest() {
    redis::Arguments command(1, "XREVRANGE");
    command.push_back(key_);
    command.push_back("+");
    command.push_back("-");
    command.push_back("COUNT");
    command.push_back("1");
    redis::Reply reply = co_await connection_->command(std::move(command));
    if (!reply.is_error()) {
        std::string newest = reply.elements.empty() ? "0-0" : reply.elements[0].elements.at(0).text;
        if (last_id_.empty()) {
            last_id_ = std::move(newest);
        } else if (detail::is_before(newest, last_id_)) {
            last_id_ = "0-0";
        }
        knows_place_ = true;
        for (JobWait* wait : waiting_) {
            wait->changed.notify();
        }
    }
    co_return reply;
}

/// One step; what was wrong, or nothing.
Task<std::string> QueueEvents::Impl::read() {
    redis::Reply reply;
    if (!knows_place_) {
        reply = co_await find_newest();
        co_return reply.is_error() ? reply.text : "";
    }
    redis::Arguments command(1, "XREAD");
    command.push_back("COUNT");
    command.push_back(kBatch);
    command.push_back("BLOCK");
    command.push_back(std::to_string(options_.blocking_timeout.count()));
    command.push_back("STREAMS");
    command.push_back(key_);
    command.push_back(last_id_);
    reply = co_await connection_->blocking_command(std::move(command),
                                                   options_.blocking_timeout + detail::kBlockGrace);
    if (reply.is_error()) {
        co_return reply.text;
    }
    for (const QueueEvent& event : detail::read_events(reply)) {
        last_id_ = event.id;
        if (!event.name.empty()) {
            deliver(event);
        }
    }
    co_return "";
}

Task<> QueueEvents::Impl::read_loop() {
    while (!closing_) {
        std::string problem;
        try {
            problem = co_await read();
        } catch (const SystemError& failure) {
            problem = failure.what();
        }
        if (closing_) {
            break;
        }
        if (problem.empty()) {
            backoff_.reset();
            outage_.worked();
        } else {
            outage_.failed(problem);
            knows_place_ = false;
            co_await sleep_for(backoff_.next());
        }
    }
}

void QueueEvents::Impl::deliver(const QueueEvent& event) {
    tell_waiting(event);
    for (const Handler& handler : handlers_) {
        try {
            handler(event);
        } catch (const std::exception& failure) {
            log::error("queue", "a handler of events failed",
                       {{"queue", options_.queue},
                        {"event", event.name},
                        {"jobId", event.job_id},
                        {"problem", failure.what()}});
        }
    }
}

void QueueEvents::Impl::tell_waiting(const QueueEvent& event) {
    for (JobWait* wait : waiting_) {
        if (wait->job_id != event.job_id) {
            continue;
        }
        if (event.name == "completed") {
            wait->result = Completed{std::string(event.field("returnvalue"))};
        } else if (event.name == "failed") {
            wait->result = Failed{std::string(event.field("failedReason"))};
        } else if (event.name == "removed") {
            wait->is_removed = true;
        } else {
            continue;
        }
        wait->changed.notify();
    }
}

/// Asks for the state. A job that is gone may have ended a moment ago: then its event is coming.
Task<Result<std::optional<JobResult>>> QueueEvents::Impl::look(Queue& queue, JobWait& wait) {
    Result<std::optional<JobResult>> found = std::optional<JobResult>();
    try {
        found = co_await queue.get_result(wait.job_id);
    } catch (const SystemError& failure) {
        outage_.failed(failure.what());
        co_return found;
    }
    if (!found && !wait.result && !wait.is_removed) {
        co_await wait.changed.wait_for(kOnItsWay);
    }
    co_return found;
}

Task<Result<JobResult>> QueueEvents::Impl::wait(Queue& queue, std::string id,
                                                std::chrono::milliseconds limit) {
    JobWait wait(context_.get_executor(), id);
    waiting_.push_back(&wait);
    const auto forget = [this](JobWait* gone) { std::erase(waiting_, gone); };
    const std::unique_ptr<JobWait, decltype(forget)> registration(&wait, forget);
    const Steady::time_point deadline = Steady::now() + limit;
    Steady::time_point look_at{};
    while (!closing_) {
        // Before the reader knows where it stands, an end seen now could be missed later.
        if (!last_id_.empty() && !wait.result && Steady::now() >= look_at) {
            look_at = Steady::now() + kLookAgain;
            Result<std::optional<JobResult>> found = co_await look(queue, wait);
            if (found && *found && !wait.result) {
                wait.result = std::move(*found);
            }
            if (!found && !wait.result) {
                co_return found.error();
            }
        }
        if (wait.result) {
            co_return std::move(*wait.result);
        }
        if (wait.is_removed) {
            co_return not_found("Job " + id + " was removed.");
        }
        const Steady::duration left = deadline - Steady::now();
        if (left <= Steady::duration::zero()) {
            co_return unavailable("Job " + id + " has not ended in time.", std::chrono::seconds(1));
        }
        co_await wait.changed.wait_for(std::min<Steady::duration>(left, kLookAgain));
    }
    co_return unavailable("The events of the queue are closed.", std::chrono::seconds(1));
}

std::string_view QueueEvent::field(std::string_view wanted) const {
    for (const auto& [key, value] : fields) {
        if (key == wanted) {
            return value;
        }
    }
    return {};
}

QueueEvents::QueueEvents(asio::io_context& context, redis::Client& client,
                         QueueEventsOptions options, Random& random)
    : impl_(std::make_shared<Impl>(context, client, std::move(options), random)) {}

QueueEvents::~QueueEvents() {
    impl_->end();
}

void QueueEvents::on_event(Handler handler) {
    impl_->handlers_.push_back(std::move(handler));
}
void QueueEvents::start() {
    impl_->start();
}
Task<> QueueEvents::close() {
    co_await impl_->close();
}
const std::string& QueueEvents::last_event_id() const {
    return impl_->last_id_;
}

Task<Result<JobResult>> wait_until_finished(Queue& queue, QueueEvents& events, std::string id,
                                            std::chrono::milliseconds limit) {
    const std::shared_ptr<QueueEvents::Impl> impl = events.impl_;
    co_return co_await impl->wait(queue, std::move(id), limit);
}

}  // namespace tripos::queue
