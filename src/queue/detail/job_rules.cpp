// SPDX-License-Identifier: MIT
#include "queue/detail/job_rules.hpp"

#include <array>

#include "core/text.hpp"
#include "queue/detail/job_codec.hpp"
#include "queue/detail/json_check.hpp"
#include "queue/detail/relations.hpp"

namespace tripos::queue::detail {
namespace {

constexpr std::int64_t kMaxPriority =
    2'097'151;  // the score of a larger one would not fit a double
constexpr std::size_t kMaxIdLength = 512;
constexpr std::array<std::string_view, 21> kQueueKeys = {
    "wait",   "meta",      "id",     "active",  "paused",        "delayed", "prioritized",
    "failed", "completed", "repeat", "stalled", "stalled-check", "limiter", "events",
    "pc",     "marker",    "de",     "dn",      "metrics",       "delay",   "waiting-children"};

bool is_plain_number(std::string_view id) {
    const std::optional<std::int64_t> number = parse_int(id);
    return number && std::to_string(*number) == id;
}

bool is_retention(const std::optional<Retention>& retention) {
    return !retention || !retention->age || retention->age->count() >= 0;
}

}  // namespace

bool is_queue_name(std::string_view name) {
    return !name.empty() && name.find(':') == std::string_view::npos && is_valid_utf8(name);
}

bool is_job_id(std::string_view id) {
    if (id.empty() || id.size() > kMaxIdLength || !is_valid_utf8(id)) {
        return false;
    }
    if (is_plain_number(id) || id == "NaN" || id == "priority") {
        return false;
    }
    return id.find(':') == std::string_view::npos &&
           std::find(kQueueKeys.begin(), kQueueKeys.end(), id) == kQueueKeys.end();
}

bool is_generated_id(std::string_view id) {
    return is_plain_number(id);
}

bool is_priority(std::int64_t priority) {
    return priority >= 0 && priority <= kMaxPriority;
}

Result<> check_job(const NewJob& job) {
    const JobOptions& options = job.options;
    if (!options.job_id.empty() && !is_job_id(options.job_id)) {
        return invalid_field("job_id",
                             "A job id must not be a number, contain ':' or be a queue key.");
    }
    if (!is_priority(options.priority)) {
        return invalid_field("priority", "The priority must be between 0 and 2097151.");
    }
    if (options.delay.count() < 0 || options.attempts < 0) {
        return invalid_field("delay", "Delay and attempts must not be negative.");
    }
    if (options.backoff && !(options.backoff->jitter >= 0 && options.backoff->jitter <= 1)) {
        return invalid_field("backoff", "The jitter must be between 0 and 1.");
    }
    if (options.backoff && options.backoff->delay.count() < 0) {
        return invalid_field("backoff", "The delay must not be negative.");
    }
    if (!is_retention(options.remove_on_complete) || !is_retention(options.remove_on_fail)) {
        return invalid_field("remove_on_complete", "The age must not be negative.");
    }
    if (options.size_limit && job.data.size() > *options.size_limit) {
        return invalid_field("data", "The data is larger than the size limit.");
    }
    if (!is_json(job.data)) {
        return invalid_field("data", "The data is not valid JSON.");
    }
    if (!is_valid_utf8(job.name)) {
        return invalid_field("name", "The name is not valid UTF-8.");
    }
    return check_relations(options);
}

JobOptions with_defaults(JobOptions options, const JobOptions& defaults) {
    const auto fill = [](auto& own, const auto& fallback, const auto& untouched) {
        if (own == untouched) {
            own = fallback;
        }
    };
    const JobOptions untouched;
    fill(options.priority, defaults.priority, untouched.priority);
    fill(options.delay, defaults.delay, untouched.delay);
    fill(options.attempts, defaults.attempts, untouched.attempts);
    fill(options.lifo, defaults.lifo, untouched.lifo);
    fill(options.keep_logs, defaults.keep_logs, untouched.keep_logs);
    fill(options.stack_trace_limit, defaults.stack_trace_limit, untouched.stack_trace_limit);
    fill(options.size_limit, defaults.size_limit, untouched.size_limit);
    fill(options.on_failure, defaults.on_failure, untouched.on_failure);
    if (!options.backoff) {
        options.backoff = defaults.backoff;
    }
    if (!options.remove_on_complete) {
        options.remove_on_complete = defaults.remove_on_complete;
    }
    if (!options.remove_on_fail) {
        options.remove_on_fail = defaults.remove_on_fail;
    }
    return options;
}

}  // namespace tripos::queue::detail
