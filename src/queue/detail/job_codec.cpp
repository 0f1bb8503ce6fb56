// SPDX-License-Identifier: MIT
#include "queue/detail/job_codec.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/text.hpp"
#include "queue/detail/json_check.hpp"
#include "queue/detail/relations.hpp"

namespace tripos::queue::detail {
namespace json = boost::json;
namespace {

/// What this library and BullMQ store for most jobs: those added without options.
constexpr std::string_view kNoOptions = R"({"attempts":0})";

/// A double that is out of range is as good as the end of it. Boost.JSON 1.81 reads 0e999 as NaN.
std::int64_t whole_part(double number) {
    constexpr double kLimit = 9e15;
    return std::isnan(number) ? 0 : static_cast<std::int64_t>(std::clamp(number, -kLimit, kLimit));
}

std::optional<json::value> parse(std::string_view text) {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::error_code failure;
    json::value value = json::parse({text.data(), text.size()}, failure, {}, options);
    if (failure) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> as_int(const json::value* value) {
    if (value == nullptr || !value->is_number()) {
        return std::nullopt;
    }
    if (value->is_double()) {
        return whole_part(value->get_double());
    }
    json::error_code failure;
    const auto whole = value->to_number<std::int64_t>(failure);
    return failure ? std::numeric_limits<std::int64_t>::max() : whole;
}

/// A wait in ms; one that is longer than the longest is shortened to that.
std::chrono::milliseconds as_wait(const json::value* value) {
    const std::chrono::milliseconds wait(as_int(value).value_or(0));
    return std::clamp(wait, std::chrono::milliseconds(0), kLongestDelay);
}

int as_count(const json::value* value) {
    constexpr std::int64_t kMost = 1'000'000'000;
    return static_cast<int>(std::clamp<std::int64_t>(as_int(value).value_or(0), 0, kMost));
}

std::string as_text(const json::value* value) {
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

json::value write_retention(const Retention& retention) {
    if (!retention.age) {
        const std::int64_t count = retention.count.value_or(-1);
        return count == 0 ? json::value(true) : json::value(count);
    }
    json::object object;
    object["age"] = retention.age->count();
    if (retention.count) {
        object["count"] = *retention.count;
    }
    if (retention.limit) {
        object["limit"] = *retention.limit;
    }
    return object;
}

std::optional<Retention> read_retention(const json::value* value) {
    if (value == nullptr) {
        return std::nullopt;
    }
    Retention retention;
    if (value->is_bool()) {
        retention.count = value->get_bool() ? 0 : -1;
    } else if (value->is_number()) {
        retention.count = as_int(value);
    } else if (value->is_object()) {
        const json::object& object = value->get_object();
        retention.count = as_int(object.if_contains("count"));
        if (const auto age = as_int(object.if_contains("age"))) {
            retention.age = std::chrono::seconds(*age);
        }
        retention.limit = as_int(object.if_contains("limit"));
    } else {
        return std::nullopt;
    }
    return retention;
}

json::value write_backoff(const Backoff& backoff) {
    json::object object;
    object["type"] = backoff.type;
    object["delay"] = backoff.delay.count();
    if (backoff.jitter > 0) {
        object["jitter"] = backoff.jitter;
    }
    return object;
}

std::optional<Backoff> read_backoff(const json::value* value) {
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_number()) {
        return Backoff{.delay = as_wait(value)};
    }
    if (!value->is_object()) {
        return std::nullopt;
    }
    const json::object& object = value->get_object();
    Backoff backoff;
    backoff.type = as_text(object.if_contains("type"));
    backoff.delay = as_wait(object.if_contains("delay"));
    if (const json::value* jitter = object.if_contains("jitter"); jitter && jitter->is_number()) {
        const auto share = jitter->to_number<double>();
        backoff.jitter = share > 0 ? std::min(share, 1.0) : 0;
    }
    return backoff;
}

std::int64_t int_field(std::string_view text) {
    if (const std::optional<std::int64_t> whole = parse_int(text)) {
        return *whole;
    }
    // A foreign writer may have stored a fraction, or 1e+21.
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::isfinite(number) ? whole_part(number) : 0;
}

std::vector<std::string> read_stacktrace(std::string_view text) {
    std::vector<std::string> traces;
    const std::optional<json::value> value = parse(text);
    if (value && value->is_array()) {
        for (const json::value& trace : value->get_array()) {
            traces.push_back(as_text(&trace));
        }
    }
    return traces;
}

void read_counter(Job& job, std::string_view name, std::string_view text) {
    const auto count =
        static_cast<int>(std::clamp<std::int64_t>(int_field(text), 0, 1'000'000'000));
    if (name == "atm" || name == "attemptsMade") {
        job.attempts_made = std::max(job.attempts_made, count);
    } else if (name == "ats") {
        job.attempts_started = count;
    } else if (name == "stc") {
        job.stalled_counter = count;
    }
}

void read_time(Job& job, std::string_view name, std::string_view text) {
    const std::int64_t number = int_field(text);
    if (name == "timestamp") {
        job.timestamp = from_millis(number);
    } else if (name == "delay") {
        job.delay = std::chrono::milliseconds(number);
    } else if (name == "priority") {
        job.priority = number;
    } else if (name == "processedOn") {
        job.processed_on = from_millis(number);
    } else if (name == "finishedOn") {
        job.finished_on = from_millis(number);
    }
}

void read_text(Job& job, std::string_view name, std::string_view text) {
    if (name == "name") {
        job.name = text;
    } else if (name == "data") {
        job.data = text;
    } else if (name == "opts") {
        job.options = parse_options(text);
    } else if (name == "pb") {
        job.processed_by = text;
    } else if (name == "progress") {
        job.progress = text;
    } else if (name == "returnvalue") {
        job.return_value = text;
    } else if (name == "failedReason") {
        job.failed_reason = text;
    } else if (name == "stacktrace") {
        job.stacktrace = read_stacktrace(text);
    } else if (name == "defa") {
        job.deferred_failure = text;
    } else if (name == "parentKey") {
        job.parent_key = text;
    } else if (name == "deid") {
        job.deduplication_id = text;
    } else if (name == "rjk") {
        job.repeat_job_key = text;
    }
}

}  // namespace

std::string serialise_options(const JobOptions& options) {
    json::object object;
    object["attempts"] = options.attempts;
    if (options.backoff) {
        object["backoff"] = write_backoff(*options.backoff);
    }
    if (options.delay.count() > 0) {
        object["delay"] = options.delay.count();
    }
    if (options.priority != 0) {
        object["priority"] = options.priority;
    }
    if (options.lifo) {
        object["lifo"] = true;
    }
    if (!options.job_id.empty()) {
        object["jobId"] = options.job_id;
    }
    if (options.timestamp) {
        object["timestamp"] = to_millis(*options.timestamp);
    }
    if (options.remove_on_complete) {
        object["removeOnComplete"] = write_retention(*options.remove_on_complete);
    }
    if (options.remove_on_fail) {
        object["removeOnFail"] = write_retention(*options.remove_on_fail);
    }
    if (options.stack_trace_limit) {
        object["stackTraceLimit"] = *options.stack_trace_limit;
    }
    if (options.size_limit) {
        object["sizeLimit"] = *options.size_limit;
    }
    if (options.keep_logs) {
        object["kl"] = *options.keep_logs;
    }
    if (!options.telemetry.empty()) {
        object["tm"] = options.telemetry;
    }
    write_relations(object, options);
    return json::serialize(object);
}

JobOptions parse_options(std::string_view text) {
    JobOptions options;
    if (text == kNoOptions) {
        return options;
    }
    const std::optional<json::value> value = parse(text);
    if (!value || !value->is_object()) {
        return options;
    }
    const json::object& object = value->get_object();
    options.attempts = as_count(object.if_contains("attempts"));
    options.backoff = read_backoff(object.if_contains("backoff"));
    options.delay = std::chrono::milliseconds(as_int(object.if_contains("delay")).value_or(0));
    options.priority = as_int(object.if_contains("priority")).value_or(0);
    const json::value* lifo = object.if_contains("lifo");
    options.lifo = lifo != nullptr && lifo->is_bool() && lifo->get_bool();
    options.job_id = as_text(object.if_contains("jobId"));
    if (const auto timestamp = as_int(object.if_contains("timestamp"))) {
        options.timestamp = from_millis(*timestamp);
    }
    options.remove_on_complete = read_retention(object.if_contains("removeOnComplete"));
    options.remove_on_fail = read_retention(object.if_contains("removeOnFail"));
    options.stack_trace_limit = as_int(object.if_contains("stackTraceLimit"));
    if (const auto limit = as_int(object.if_contains("sizeLimit")); limit && *limit >= 0) {
        options.size_limit = static_cast<std::size_t>(*limit);
    }
    options.keep_logs = as_int(object.if_contains("kl"));
    options.telemetry = as_text(object.if_contains("tm"));
    read_relations(object, options);
    return options;
}

void read_field(Job& job, std::string_view name, std::string_view text) {
    read_text(job, name, text);
    read_time(job, name, text);
    read_counter(job, name, text);
}

Job read_job(std::string id, std::span<const redis::Reply> fields) {
    Job job;
    job.id = std::move(id);
    job.data = "{}";
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        read_field(job, fields[i].text, fields[i + 1].text);
    }
    return job;
}

std::string append_stacktrace(const Job& job, const std::string& trace) {
    std::vector<std::string> traces = job.stacktrace;
    traces.push_back(trace);
    if (const auto limit = job.options.stack_trace_limit; limit && *limit >= 0) {
        const auto keep = static_cast<std::size_t>(*limit);
        if (traces.size() > keep) {
            traces.erase(traces.begin(), traces.end() - static_cast<std::ptrdiff_t>(keep));
        }
    }
    json::array array;
    for (const std::string& text : traces) {
        array.emplace_back(text);
    }
    return json::serialize(array);
}

}  // namespace tripos::queue::detail
