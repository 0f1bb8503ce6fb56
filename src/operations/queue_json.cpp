// SPDX-License-Identifier: MIT
#include "operations/queue_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

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

json::value instant(const std::optional<Timestamp>& at) {
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
    json::object members;
    members["type"] = shown_text(backoff->type);
    members["delay"] = backoff->delay.count();
    members["jitter"] = backoff->jitter;
    return members;
}

json::object options_of(const queue::JobOptions& options) {
    json::object members;
    members["attempts"] = options.attempts;
    members["backoff"] = to_json(options.backoff);
    members["lifo"] = options.lifo;
    return members;
}

}  // namespace

json::object to_json(const QueueSummary& summary) {
    json::object counts;
    for (const auto state : listed_states()) {
        counts[queue::to_string(state)] = summary.counts.at(state);
    }
    json::object members;
    members["name"] = shown_text(summary.name);
    members["paused"] = summary.is_paused;
    members["counts"] = std::move(counts);
    return members;
}

json::object to_json(const StatedJob& stated) {
    const auto& job = stated.job;
    json::object members;
    members["id"] = shown_text(job.id);
    members["name"] = shown_text(job.name);
    members["state"] = queue::to_string(stated.state);
    members["priority"] = job.priority;
    members["delay"] = job.delay.count();
    members["attemptsMade"] = job.attempts_made;
    members["progress"] = parse_or_text(job.progress);
    members["timestamp"] = to_iso8601(job.timestamp);
    members["processedOn"] = instant(job.processed_on);
    members["finishedOn"] = instant(job.finished_on);
    members["failedReason"] = text_or_null(job.failed_reason);
    members["dataBytes"] = job.data.size();
    return members;
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
    json::object members;
    members["id"] = event.id;
    members["event"] = shown_text(event.name);
    members["fields"] = std::move(fields);
    return members;
}

}  // namespace tripos::operations
