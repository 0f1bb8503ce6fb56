// SPDX-License-Identifier: MIT
#include "agent_json.hpp"

#include "queue/detail/job_codec.hpp"

namespace tripos::queue::agent {
namespace {

/// Jobs store these by their short names.
constexpr std::pair<std::string_view, std::string_view> kShortNames[] = {
    {"keepLogs", "kl"},
    {"deduplication", "de"},
    {"failParentOnFailure", "fpof"},
    {"continueParentOnFailure", "cpof"},
    {"ignoreDependencyOnFailure", "idof"},
    {"removeDependencyOnFailure", "rdof"}};

JobOptions read_options(json::object options) {
    for (const auto& [name, stored] : kShortNames) {
        if (const json::value* value = options.if_contains(name)) {
            options[stored] = *value;
        }
    }
    return detail::parse_options(json::serialize(options));
}

}  // namespace

std::int64_t number_or(const json::object& object, std::string_view name, std::int64_t fallback) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : fallback;
}

std::string text_or(const json::object& object, std::string_view name,
                    const std::string& fallback) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : fallback;
}

std::chrono::milliseconds millis_or(const json::object& object, std::string_view name,
                                    std::int64_t fallback) {
    return std::chrono::milliseconds(number_or(object, name, fallback));
}

NewJob read_new_job(const json::object& request) {
    NewJob job{.name = text_or(request, "name", "job")};
    if (const json::value* data = request.if_contains("data")) {
        job.data = json::serialize(*data);
    }
    if (const json::value* options = request.if_contains("opts")) {
        job.options = read_options(options->as_object());
    }
    return job;
}

void read_worker_options(const json::object& request, WorkerOptions& options) {
    options.name = text_or(request, "name");
    options.concurrency = static_cast<std::size_t>(number_or(request, "concurrency", 1));
    options.lock_duration = millis_or(request, "lock", 30'000);
    options.stalled_interval = millis_or(request, "stalled", 30'000);
    options.max_stalled_count = static_cast<int>(number_or(request, "maxStalled", 1));
    options.drain_delay = millis_or(request, "drain", 5'000);
    const JobOptions retention = read_options(request);
    options.remove_on_complete = retention.remove_on_complete;
    options.remove_on_fail = retention.remove_on_fail;
    if (const json::value* limiter = request.if_contains("limiter")) {
        const json::object& limit = limiter->as_object();
        options.limiter = RateLimit{.max = number_or(limit, "max", 1),
                                    .duration = millis_or(limit, "duration", 1'000)};
    }
}

json::object write_job(const Job& job) {
    json::object object;
    object["id"] = job.id;
    object["name"] = job.name;
    object["data"] = json::parse(job.data);
    object["timestamp"] = to_millis(job.timestamp);
    object["delay"] = job.delay.count();
    object["priority"] = job.priority;
    object["attempts"] = job.options.attempts;
    object["attemptsMade"] = job.attempts_made;
    object["attemptsStarted"] = job.attempts_started;
    object["stalledCounter"] = job.stalled_counter;
    object["processedBy"] = job.processed_by;
    object["progress"] = json::parse(job.progress);
    object["returnvalue"] = json::parse(job.return_value.value_or("null"));
    object["failedReason"] = job.failed_reason.value_or("");
    object["stacktrace"] = job.stacktrace.size();
    return object;
}

json::object write_event(const QueueEvent& event) {
    json::object object;
    object["id"] = event.id;
    object["event"] = event.name;
    object["jobId"] = event.job_id;
    for (const auto& [name, value] : event.fields) {
        object[name] = value;
    }
    return object;
}

}  // namespace tripos::queue::agent
