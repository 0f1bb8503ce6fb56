// SPDX-License-Identifier: MIT
#include "queue/detail/schedule_plan.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/text.hpp"
#include "queue/cron.hpp"
#include "queue/detail/job_codec.hpp"
#include "queue/detail/job_rules.hpp"
#include "queue/detail/relations.hpp"

namespace tripos::queue::detail {
namespace json = boost::json;
namespace {

constexpr std::size_t kLongestId = 256;
constexpr std::ptrdiff_t kMostColons = 3;  // BullMQ 5 takes more for a repeatable of its version 4

std::optional<std::int64_t> millis_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) {
        return std::nullopt;
    }
    json::error_code failure;
    const auto number = value->to_number<std::int64_t>(failure);
    return failure ? std::nullopt : std::optional(number);
}

json::object parse_object(std::string_view text) {
    json::error_code failure;
    json::value value = json::parse({text.data(), text.size()}, failure);
    return !failure && value.is_object() ? std::move(value.get_object()) : json::object();
}

json::object write_repeat(const RepeatOptions& repeat) {
    json::object object;
    if (repeat.every.count() > 0) {
        object["every"] = repeat.every.count();
    } else {
        object["pattern"] = repeat.pattern;
        object["tz"] = repeat.tz;
    }
    if (repeat.limit) {
        object["limit"] = *repeat.limit;
    }
    if (repeat.start_date) {
        object["startDate"] = to_millis(*repeat.start_date);
    }
    if (repeat.end_date) {
        object["endDate"] = to_millis(*repeat.end_date);
    }
    if (repeat.offset.count() > 0) {
        object["offset"] = repeat.offset.count();
    }
    object["count"] = 1;
    return object;
}

/// The first match after `base`; never in the past.
Result<Timestamp> next_by_pattern(const std::string& pattern, const std::string& zone,
                                  Timestamp base, Timestamp now) {
    const Result<CronSchedule> cron = CronSchedule::parse(pattern, zone.empty() ? "UTC" : zone);
    if (!cron) {
        return cron.error();
    }
    const std::optional<Timestamp> next = cron->next_after(base);
    if (!next) {
        return invalid_field("pattern", "It never fires.");
    }
    return std::max(*next, now);
}

Result<> check_repeat(const RepeatOptions& repeat, Timestamp now) {
    const bool has_interval = repeat.every.count() != 0;
    if (has_interval == !repeat.pattern.empty()) {
        return invalid_field("every", "Give either an interval or a pattern.");
    }
    if (repeat.every.count() < 0 || repeat.offset.count() < 0) {
        return invalid_field("every", "Interval and offset must not be negative.");
    }
    if (repeat.offset.count() > 0 && repeat.offset >= repeat.every) {
        return invalid_field("offset", "It must be less than the interval.");
    }
    if (repeat.immediately && repeat.start_date) {
        return invalid_field("immediately",
                             "A start date and an immediate start exclude each "
                             "other.");
    }
    if (repeat.end_date && *repeat.end_date <= now) {
        return invalid_field("end_date", "It is past.");
    }
    if (repeat.limit && *repeat.limit < 1) {
        return invalid_field("limit", "It must be positive.");
    }
    return {};
}

}  // namespace

Result<> check_scheduler(std::string_view id, const RepeatOptions& repeat, const JobTemplate& job,
                         Timestamp now) {
    if (id.empty() || id.size() > kLongestId || !is_valid_utf8(id) ||
        std::count(id.begin(), id.end(), ':') > kMostColons) {
        return invalid_field("id",
                             "A scheduler's id has 1 to 256 bytes of UTF-8 and at most three ':'.");
    }
    if (const Result<> fine = check_repeat(repeat, now); !fine) {
        return fine;
    }
    const JobOptions& options = job.options;
    if (!options.job_id.empty() || options.delay.count() != 0 || options.parent ||
        options.deduplication) {
        return invalid_field("options",
                             "The runs of a scheduler have no id, delay, parent or "
                             "deduplication of their own.");
    }
    return check_job({.name = job.name, .data = job.data, .options = options});
}

Result<Timestamp> first_by_pattern(const RepeatOptions& repeat, Timestamp now) {
    const Timestamp base = std::max(now, repeat.start_date.value_or(now));
    const Result<Timestamp> next = next_by_pattern(repeat.pattern, repeat.tz, base, now);
    return next && repeat.immediately ? Result<Timestamp>(now) : next;
}

std::vector<std::string> write_definition(const RepeatOptions& repeat, const JobTemplate& job) {
    std::vector<std::string> fields{"name", job.name, "opts", serialise_options(job.options)};
    const auto add = [&fields](const char* name, std::string value) {
        fields.emplace_back(name);
        fields.push_back(std::move(value));
    };
    if (repeat.every.count() > 0) {
        add("every", std::to_string(repeat.every.count()));
    } else {
        add("pattern", repeat.pattern);
        add("tz", repeat.tz);
    }
    if (repeat.limit) {
        add("limit", std::to_string(*repeat.limit));
    }
    if (repeat.start_date) {
        add("startDate", std::to_string(to_millis(*repeat.start_date)));
    }
    if (repeat.end_date) {
        add("endDate", std::to_string(to_millis(*repeat.end_date)));
    }
    if (job.data != "{}") {
        add("data", job.data);
    }
    return fields;
}

JobScheduler read_definition(std::string id, const std::map<std::string, std::string>& fields) {
    const auto text = [&fields](const std::string& name) {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string() : found->second;
    };
    const auto number = [&text](const std::string& name) { return parse_int(text(name)); };
    JobScheduler scheduler{.id = std::move(id)};
    scheduler.iteration_count = number("ic").value_or(0);
    RepeatOptions& repeat = scheduler.repeat;
    repeat.every = std::chrono::milliseconds(number("every").value_or(0));
    repeat.pattern = text("pattern");
    repeat.tz = text("tz");
    repeat.limit = number("limit");
    if (const auto start = number("startDate")) {
        repeat.start_date = from_millis(*start);
    }
    if (const auto end = number("endDate")) {
        repeat.end_date = from_millis(*end);
    }
    repeat.offset = std::chrono::milliseconds(number("offset").value_or(0));
    scheduler.job.name = text("name");
    const std::string data = text("data");
    scheduler.job.data = data.empty() ? "{}" : data;
    scheduler.job.options = parse_options(text("opts"));
    return scheduler;
}

std::string first_run_options(const std::string& id, const RepeatOptions& repeat,
                              const JobTemplate& job, Timestamp now, std::optional<Timestamp> at) {
    json::object options = parse_object(serialise_options(job.options));
    options["timestamp"] = to_millis(now);
    options["repeatJobKey"] = id;
    options["repeat"] = write_repeat(repeat);
    if (at) {
        options["prevMillis"] = to_millis(*at);
    }
    return json::serialize(options);
}

Result<std::optional<NextRun>> plan_next_run(std::string_view stored_options, Timestamp now) {
    json::object options = parse_object(stored_options);
    const json::value* stored = options.if_contains("repeat");
    json::object repeat = stored && stored->is_object() ? stored->get_object() : json::object();
    const std::int64_t count = millis_of(repeat, "count").value_or(0) + 1;
    const std::optional<std::int64_t> limit = millis_of(repeat, "limit");
    const std::optional<std::int64_t> end = millis_of(repeat, "endDate");
    if ((limit && count > *limit) || (end && to_millis(now) > *end)) {
        return std::optional<NextRun>();
    }
    NextRun next;
    const auto as_text = [&repeat](std::string_view name) {
        const auto number = millis_of(repeat, name);
        return number ? std::to_string(*number) : "";
    };
    next.every = as_text("every");
    next.offset = as_text("offset");
    next.end = as_text("endDate");
    if (const std::string pattern = text_of(repeat, "pattern"); !pattern.empty()) {
        const std::int64_t base =
            std::max({to_millis(now), millis_of(options, "prevMillis").value_or(0),
                      millis_of(repeat, "startDate").value_or(0)});
        const Result<Timestamp> at =
            next_by_pattern(pattern, text_of(repeat, "tz"), from_millis(base), now);
        if (!at) {
            return at.error();
        }
        next.at = *at;
        options["prevMillis"] = to_millis(*at);
    }
    repeat["count"] = count;
    options["repeat"] = std::move(repeat);
    options["timestamp"] = to_millis(now);
    options.erase("jobId");
    options.erase("delay");
    next.options = json::serialize(options);
    return std::optional(std::move(next));
}

}  // namespace tripos::queue::detail
