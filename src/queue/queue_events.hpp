// SPDX-License-Identifier: MIT
#pragma once
// QueueEvents: hears what happens on a BullMQ queue, whoever does it, and lets a producer wait for
// the end of a job. docs/queue-protocol.md lists the events.
//
// It reads on a connection of its own and goes on where it stopped after Redis was away; events
// that were trimmed from the stream meanwhile are gone.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "queue/queue.hpp"

namespace tripos::queue {

/// One event, known or not. Value type.
struct QueueEvent {
    std::string id;      ///< its place in the stream
    std::string name;    ///< "completed", "waiting", ..., or one of somebody's own
    std::string job_id;  ///< empty: it concerns the queue
    std::vector<std::pair<std::string, std::string>> fields;  ///< the others, as they came

    /// The value of a field; empty when it is not there.
    std::string_view field(std::string_view name) const;
};

/// Which queue is listened to.
struct QueueEventsOptions {
    std::string queue;            ///< its name
    std::string prefix = "bull";  ///< of its Redis keys
    std::string last_event_id;  ///< read what came after it; "0": all there is; empty: from now on
    std::chrono::milliseconds blocking_timeout{10'000};  ///< of one read of the stream
};

/// Confined to `context`. The client outlives it.
class QueueEvents {
  public:
    /// Called for each event in order, on the context. What takes long is handed on: until it
    /// returns nothing else is heard. An exception is logged, the event counts as delivered.
    using Handler = std::function<void(const QueueEvent& event)>;

    /// All outlive it.
    QueueEvents(asio::io_context& context, redis::Client& client, QueueEventsOptions options,
                Random& random);
    /// Closes, unless close() has, and waits until no handler runs any more. On any thread, but not
    /// from a handler of its own.
    ~QueueEvents();
    QueueEvents(const QueueEvents&) = delete;
    QueueEvents& operator=(const QueueEvents&) = delete;

    /// Adds a handler. Requires: not started.
    void on_event(Handler handler);
    /// Starts reading; survives a Redis that is away, now or later.
    void start();
    /// Hears nothing more; who waits for a job gets an Error. Twice is fine.
    Task<> close();
    /// The last event heard: a later QueueEvents goes on from there. Empty before the first read.
    const std::string& last_event_id() const;

    class Impl;

  private:
    friend Task<Result<JobResult>> wait_until_finished(Queue& queue, QueueEvents& events,
                                                       std::string id,
                                                       std::chrono::milliseconds limit);
    std::shared_ptr<Impl> impl_;
};

/// Waits on the events' context until the job has completed or failed for good, across outages of
/// Redis. `events` is of the same queue and started. An Error: no such job (not_found), not in
/// time or closed (unavailable). A job that is removed at its end is heard of only when it ends
/// during the wait.
Task<Result<JobResult>> wait_until_finished(Queue& queue, QueueEvents& events, std::string id,
                                            std::chrono::milliseconds limit);

}  // namespace tripos::queue
