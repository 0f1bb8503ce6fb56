// SPDX-License-Identifier: MIT
#include "operations/queue_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "operations/queue_plan.hpp"
#include "operations/shown_text.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

/// What a foreign producer wrote may be no JSON: then it is shown as the text it is.
json::value parse_or_text(const std::string& text) {
    boost::system::error_code malformed;
    auto value = json::parse(text, malformed);
    return malformed ? json::value(json::string(shown_text(text))) : value;
}

json::value time_or_null(const std::optional<Timestamp>& at) {
    return at ? json::value(json::string(to_iso8601(*at))) : json::value(nullptr);
}

json::value text_or_null(const std::optional<std::string>& text) {
    return text ? json::value(json::string(shown_text(*text))) : json::value(nullptr);
}

json::value hidden(std::size_t bytes) {
    return json::value(json::string("(" + std::to_string(bytes) + " bytes, not shown)"));
}

/// A mail's data without its bodies, and nothing of what cannot be told apart.
json::value without_bodies(json::value data, std::size_t bytes) {
    auto* members = data.if_object();
    if (members == nullptr) {
        return hidden(bytes);
    }
    for (const auto* name : {"html", "text"}) {
        if (auto* body = members->if_contains(name)) {
            *body = hidden(body->is_string() ? body->get_string().size() : 0);
        }
    }
    return data;
}

json::value to_json(const std::optional<queue::Backoff>& backoff) {
    if (!backoff) {
        return nullptr;
    }
    return {{"type", shown_text(backoff->type)},
            {"delay", backoff->delay.count()},
            {"jitter", backoff->jitter}};
}

json::object options_of(const queue::JobOptions& options) {
    return {{"attempts", options.attempts},
            {"backoff", to_json(options.backoff)},
            {"lifo", options.lifo}};
}

}  // namespace

json::object to_json(const QueueSummary& summary) {
    json::object counts;
    for (const auto state : listed_states()) {
        counts[queue::to_string(state)] = summary.counts.at(state);
    }
    return {{"name", shown_text(summary.name)},
            {"paused", summary.is_paused},
            {"counts", std::move(counts)}};
}

json::object to_json(const StatedJob& stated) {
    const auto& job = stated.job;
    return {{"id", shown_text(job.id)},
            {"name", shown_text(job.name)},
            {"state", queue::to_string(stated.state)},
            {"priority", job.priority},
            {"delay", job.delay.count()},
            {"attemptsMade", job.attempts_made},
            {"progress", parse_or_text(job.progress)},
            {"timestamp", to_iso8601(job.timestamp)},
            {"processedOn", time_or_null(job.processed_on)},
            {"finishedOn", time_or_null(job.finished_on)},
            {"failedReason", text_or_null(job.failed_reason)},
            {"dataBytes", job.data.size()}};
}

json::object to_full_json(const StatedJob& stated, bool is_mail) {
    const auto& job = stated.job;
    auto members = to_json(stated);
    auto data = parse_or_text(job.data);
    members["data"] = is_mail ? without_bodies(std::move(data), job.data.size()) : std::move(data);
    members["opts"] = options_of(job.options);
    members["attemptsStarted"] = job.attempts_started;
    members["stalledCounter"] = job.stalled_counter;
    members["processedBy"] = shown_text(job.processed_by);
    members["returnvalue"] = job.return_value ? parse_or_text(*job.return_value) : nullptr;
    json::array traces;
    for (const auto& trace : job.stacktrace) {
        traces.emplace_back(shown_text(trace));
    }
    members["stacktrace"] = std::move(traces);
    return members;
}

json::object to_json(const QueueEvent& event) {
    json::object fields;
    for (const auto& [name, value] : event.fields) {
        fields[shown_text(name)] = shown_text(value);
    }
    return {{"id", event.id}, {"event", shown_text(event.name)}, {"fields", std::move(fields)}};
}

json::object tuned_json(const Tuned& tuned) {
    return {
        {"queue", shown_text(tuned.queue)},
        {"concurrency", tuned.concurrency ? json::value(*tuned.concurrency) : json::value(nullptr)},
        {"paused", tuned.is_paused},
        {"changedAt", to_iso8601(tuned.changed_at)}};
}

namespace shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Members job_members() {
    return {{"id", text()},
            {"name", text()},
            {"state", job_state()},
            {"priority", integer()},
            {"delay", integer().says("Milliseconds")},
            {"attemptsMade", integer()},
            {"progress", anything().says("What the worker last reported")},
            {"timestamp", instant().says("When it was added")},
            {"processedOn", instant().nullable()},
            {"finishedOn", instant().nullable()},
            {"failedReason", text().nullable()},
            {"dataBytes", integer()}};
}

}  // namespace

Schema job_state() {
    std::vector<std::string_view> states;
    for (const auto state : listed_states()) {
        states.push_back(queue::to_string(state));
    }
    return one_of(states).named("JobState");
}

Members queue_summary() {
    return {{"name", text()}, {"paused", flag()}, {"counts", map_of(integer())}};
}

Schema queue() {
    const auto rate = object({{"max", integer()}, {"duration", integer()}}).nullable();
    const auto ranked = object({{"priority", integer()}, {"count", integer()}});
    auto members = queue_summary();
    members.insert(
        members.end(),
        {{"priorities", list_of(ranked)},
         {"concurrency", integer().nullable().says("Of all workers together; null: no limit")},
         {"rateLimit", rate},
         {"workers", integer().nullable().says("Connected; null: Redis does not tell")},
         {"oldestWaitMs", integer().says("Of the job that runs next; 0: none waits")},
         {"endedLately", integer().says("In the last 15 minutes")},
         {"failedLately", integer().says("Of those, for good")},
         {"reasons", map_of(integer()).says("Of the newest failures: how many have it")}});
    return object(members).named("Queue");
}

Schema queue_history() {
    const auto minutes = list_of(integer());
    return object({{"name", text()}, {"completed", minutes}, {"failed", minutes}});
}

Schema job() {
    return object(job_members()).named("Job");
}

Schema full_job() {
    const auto backoff =
        object({{"type", text()}, {"delay", integer()}, {"jitter", number()}}).nullable();
    const auto options = object({{"attempts", integer()}, {"backoff", backoff}, {"lifo", flag()}});
    auto members = job_members();
    members.insert(members.end(), {{"data", anything().says("Without the bodies of mails")},
                                   {"opts", options},
                                   {"attemptsStarted", integer()},
                                   {"stalledCounter", integer()},
                                   {"processedBy", text()},
                                   {"returnvalue", anything()},
                                   {"stacktrace", list_of(text())},
                                   {"logs", list_of(text())},
                                   {"parent", job_reference().nullable()},
                                   {"children", list_of(child())}});
    return object(members).named("FullJob");
}

}  // namespace shapes

}  // namespace tripos::operations
