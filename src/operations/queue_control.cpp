// SPDX-License-Identifier: MIT
#include "operations/queue_control.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "core/text.hpp"
#include "http/json_body.hpp"
#include "module/command.hpp"
#include "operations/queue_answers.hpp"
#include "operations/queue_bulk.hpp"
#include "operations/queue_json.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

constexpr const char* kQueueTag = "Queue commands";

using http::BodyReader;
using queue::Queue;

constexpr std::int64_t kMaxPage = 1'000'000;
constexpr std::int64_t kMaxJobsPerPage = 1'000;
constexpr std::int64_t kMaxEvents = 1'000;
constexpr std::int64_t kCleanSlice = 10'000;
constexpr std::int64_t kMaxSeconds = 100LL * 365 * 24 * 3600;
constexpr http::TextRule kIdRule{.max_length = 1'000};
constexpr http::TextRule kDataRule{.max_length = 1'000'000, .allow_newlines = true};

http::Response counted(std::string_view message, std::int64_t count) {
    return http::success(200, message, {{"count", count}});
}

Task<http::Reply> change_job(Queue& queue, BodyReader& body, JobChange change,
                             std::string_view message) {
    auto id = body.text("id", kIdRule);
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_change(queue, std::move(id), change, message);
}

Task<http::Reply> queue_stats(QueueAdmin& admin, Queue& queue, BodyReader&) {
    co_return co_await answer_queue(admin, queue, "Queue");
}

Task<http::Reply> jobs(QueueAdmin&, Queue& queue, BodyReader& body) {
    auto state = body.maybe_text("state").value_or("");
    auto order = body.maybe_text("order").value_or("");
    const http::Page page{.page = body.maybe_integer("page", 1, kMaxPage).value_or(1),
                          .limit = body.maybe_integer("limit", 1, kMaxJobsPerPage).value_or(10)};
    if (auto error = body.error()) {
        co_return *error;
    }
    JobsAsked asked{.state = std::move(state),
                    .order = std::move(order),
                    .name = {},
                    .reason = {},
                    .page = page};
    co_return co_await answer_jobs(queue, std::move(asked));
}

Task<http::Reply> job(QueueAdmin&, Queue& queue, BodyReader& body) {
    auto id = body.text("id", kIdRule);
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_job(queue, std::move(id));
}

Task<http::Reply> retry(QueueAdmin&, Queue& queue, BodyReader& body) {
    if (!body.has("state")) {
        co_return co_await change_job(queue, body, retry_job, "The job runs again");
    }
    const auto state = body.choice("state", {"FAILED", "COMPLETED"});
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto from = state == "FAILED" ? queue::JobState::failed : queue::JobState::completed;
    const auto count = co_await queue.retry_all(from);
    if (!count) {
        co_return count.error();
    }
    co_return counted("The jobs run again", *count);
}

Task<http::Reply> promote(QueueAdmin&, Queue& queue, BodyReader& body) {
    if (body.has("id")) {
        co_return co_await change_job(queue, body, promote_job, "The job is due now");
    }
    const auto count = co_await queue.promote_all();
    co_return counted("The jobs are due now", count);
}

Task<http::Reply> remove(QueueAdmin& admin, Queue& queue, BodyReader& body) {
    auto id = body.text("id", kIdRule);
    auto confirmation = body.maybe_text("confirm", {.min_length = 0});
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_removal(admin, queue, std::move(id), std::move(confirmation));
}

Task<http::Reply> pause(QueueAdmin& admin, Queue& queue, BodyReader&) {
    co_await admin.tuning().pause(queue);
    co_return co_await answer_queue(admin, queue, "Queue paused");
}

Task<http::Reply> resume(QueueAdmin& admin, Queue& queue, BodyReader&) {
    co_await admin.tuning().resume(queue);
    co_return co_await answer_queue(admin, queue, "Queue resumed");
}

/// Without a number it only tells.
Task<http::Reply> concurrency(QueueAdmin& admin, Queue& queue, BodyReader& body) {
    const auto jobs = body.maybe_integer("concurrency", 1, kMostConcurrency);
    const bool is_set = jobs || body.is_null("concurrency");
    if (auto error = body.error()) {
        co_return *error;
    }
    if (!is_set) {
        co_return co_await answer_queue(admin, queue, "Queue");
    }
    co_return co_await answer_concurrency(admin, queue, jobs);
}

Task<http::Reply> bulk(QueueAdmin& admin, Queue& queue, BodyReader& body) {
    co_return co_await answer_bulk(queue, body, admin.now());
}

/// What beats the settings, of all queues.
Task<http::Reply> tuning(QueueAdmin& admin, http::Request&) {
    const auto all = co_await admin.tuning().list();
    json::array data;
    for (const auto& tuned : all) {
        data.push_back(tuned_json(tuned));
    }
    co_return http::success(200, "Changed while running", {{"data", std::move(data)}});
}

Task<http::Reply> drain(QueueAdmin&, Queue& queue, BodyReader& body) {
    const auto delayed = body.flag_or("delayed", false);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto count = co_await queue.drain(delayed);
    co_return counted("Queue drained", count);
}

/// The number of jobs removed, at most `limit`, or all when that is 0. In slices, because their ids
/// come back.
Task<Result<std::int64_t>> clean_all(Queue& queue, queue::JobState state,
                                     std::chrono::seconds older_than, std::int64_t limit) {
    std::int64_t done = 0;
    for (;;) {
        const auto room = limit == 0 ? kCleanSlice : std::min(kCleanSlice, limit - done);
        const auto removed = co_await queue.clean(older_than, room, state);
        if (!removed) {
            co_return removed.error();
        }
        done += std::ssize(*removed);
        if (std::ssize(*removed) < room || done == limit) {
            co_return done;
        }
    }
}

Task<http::Reply> clean(QueueAdmin&, Queue& queue, BodyReader& body) {
    const auto state = parse_job_state(body.text("state"));
    if (body.has("state") && !state) {
        body.reject("state", "state must be a state that jobs have, for example completed");
    }
    const std::chrono::seconds older_than(
        body.maybe_integer("olderThan", 0, kMaxSeconds).value_or(0));
    const auto limit = body.maybe_integer("limit", 0, 1'000'000'000).value_or(0);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto count = co_await clean_all(queue, *state, older_than, limit);
    if (!count) {
        co_return count.error();
    }
    co_return counted("Queue cleaned", *count);
}

Task<http::Reply> obliterate(QueueAdmin& admin, Queue& queue, BodyReader& body) {
    const auto force = body.flag_or("force", false);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto before = co_await queue.counts();
    const auto done = co_await queue.obliterate(force);
    if (!done) {
        co_return done.error();
    }
    co_await admin.tuning().forget(queue);
    admin.forget_names();
    std::int64_t count = 0;
    for (const auto& [state, jobs] : before) {
        count += jobs;
    }
    co_return counted("Queue obliterated", count);
}

queue::NewJob read_job(BodyReader& body) {
    queue::NewJob job{.name = body.text("name", kIdRule),
                      .data = body.maybe_text("data", kDataRule).value_or("{}")};
    job.options.job_id = body.maybe_text("id", kIdRule).value_or("");
    job.options.priority = body.maybe_integer("priority", 0, 2'097'151).value_or(0);
    job.options.delay =
        std::chrono::milliseconds(body.maybe_integer("delay", 0, kMaxSeconds * 1000).value_or(0));
    job.options.attempts =
        static_cast<int>(body.maybe_integer("attempts", 0, 1'000'000).value_or(0));
    job.options.lifo = body.flag_or("lifo", false);
    return job;
}

/// "<ms>-<n>" as Redis numbers the entries of a stream, or "0".
bool is_event_id(std::string_view id) {
    for (const auto part : split(id, '-')) {
        const auto number = parse_int(part);
        if (!number || *number < 0) {
            return false;
        }
    }
    return std::count(id.begin(), id.end(), '-') <= 1;
}

/// On a queue that exists.
using Command = Task<http::Reply> (*)(QueueAdmin& admin, Queue& queue, BodyReader& body);

Task<http::Reply> run(QueueAdmin& admin, Command command, http::Request& request) {
    BodyReader body(request);
    auto name = body.text("queue");
    if (name.empty()) {
        co_return *body.error();
    }
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await command(admin, **queue, body);
}

Task<http::Reply> list_queues(QueueAdmin& admin, http::Request&) {
    co_return co_await answer_queues(admin, std::chrono::seconds(0));
}

Task<http::Reply> add_job(QueueAdmin& admin, http::Request& request) {
    BodyReader body(request);
    const auto name = body.text("queue");
    auto job = read_job(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    // The first job makes the queue, as it does for every producer.
    const auto queue = admin.open(name);
    if (!queue) {
        co_return queue.error();
    }
    const auto id = co_await (*queue)->add(std::move(job));
    if (!id) {
        co_return id.error();
    }
    admin.forget_names();
    co_return http::success(201, "Job added", {{"id", *id}});
}

Task<http::Reply> history(QueueAdmin& admin, http::Request& request) {
    BodyReader body(request);
    auto name = body.text("queue");
    const auto minutes = body.maybe_integer("minutes", 1, kMostMinutes).value_or(60);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_history(admin, **queue, minutes);
}

Task<http::Reply> events(QueueAdmin& admin, http::Request& request) {
    BodyReader body(request);
    auto name = body.text("queue");
    const auto count = body.integer("count", 1, kMaxEvents);
    const auto after = body.maybe_text("after");
    if (after && !is_event_id(*after)) {
        body.reject("after", "after must be the id of an event");
    }
    const auto wait = body.flag_or("wait", false);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    std::vector<QueueEvent> events;
    if (after) {
        events = co_await admin.events_after(**queue, *after, count);
        if (events.empty() && wait) {
            co_await admin.await_event(**queue, *after);
            events = co_await admin.events_after(**queue, *after, count);
        }
    } else {
        events = co_await admin.newest_events(**queue, count);
    }
    json::array data;
    for (const auto& event : events) {
        data.push_back(to_json(event));
    }
    co_return http::success(200, "Events", {{"data", std::move(data)}});
}

}  // namespace

void add_queue_control_routes(http::Router& router, QueueAdmin& admin, const Parts& parts) {
    const auto route = [&](const char* name, http::Handler handler) {
        router.post(std::string("/control/queue/") + name, std::move(handler),
                    http::Operation("Queue commands", name));
    };
    const auto on_queue = [&admin](Command command) {
        return http::bind(std::ref(admin), [command](QueueAdmin& queues, http::Request& request) {
            return run(queues, command, request);
        });
    };
    route("list", http::bind(std::ref(admin), list_queues));
    route("tuning", http::bind(std::ref(admin), tuning));
    route("events", http::bind(std::ref(admin), events));
    route("history", http::bind(std::ref(admin), history));
    route("stats", on_queue(queue_stats));
    route("jobs", on_queue(jobs));
    route("job", on_queue(job));
    route("add", recorded_command(parts, http::bind(std::ref(admin), add_job)));
    for (const auto& [name, command] :
         std::initializer_list<std::pair<const char*, Command>>{{"retry", retry},
                                                                {"promote", promote},
                                                                {"remove", remove},
                                                                {"bulk", bulk},
                                                                {"pause", pause},
                                                                {"resume", resume},
                                                                {"drain", drain},
                                                                {"clean", clean},
                                                                {"concurrency", concurrency},
                                                                {"obliterate", obliterate}}) {
        route(name, recorded_command(parts, on_queue(command)));
    }
}

}  // namespace tripos::operations
