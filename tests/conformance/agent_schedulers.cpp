// SPDX-License-Identifier: MIT
#include "agent_schedulers.hpp"

#include "async/io_threads.hpp"
#include "core/error.hpp"

namespace tripos::queue::agent {
namespace {

std::optional<Timestamp> time_of(const json::object& object, std::string_view name) {
    return object.contains(name) ? std::optional(from_millis(number_or(object, name, 0)))
                                 : std::nullopt;
}

/// In the names of Node's upsertJobScheduler.
RepeatOptions read_repeat(const json::object& request) {
    RepeatOptions repeat{.every = millis_or(request, "every", 0)};
    repeat.pattern = text_or(request, "pattern");
    repeat.tz = text_or(request, "tz", "UTC");
    if (request.contains("limit")) {
        repeat.limit = number_or(request, "limit", 0);
    }
    repeat.start_date = time_of(request, "startDate");
    repeat.end_date = time_of(request, "endDate");
    repeat.offset = millis_or(request, "offset", 0);
    repeat.immediately = request.contains("immediately");
    return repeat;
}

json::object write_scheduler(const JobScheduler& scheduler) {
    json::object object;
    object["key"] = scheduler.id;
    object["name"] = scheduler.job.name;
    object["every"] = scheduler.repeat.every.count();
    object["pattern"] = scheduler.repeat.pattern;
    object["tz"] = scheduler.repeat.tz;
    object["next"] = to_millis(scheduler.next);
    object["iterationCount"] = scheduler.iteration_count;
    object["data"] = json::parse(scheduler.job.data);
    object["attempts"] = scheduler.job.options.attempts;
    return object;
}

}  // namespace

void offer_schedulers(Calls& calls, JobSchedulers& schedulers, asio::io_context& context) {
    const auto wait = [&context](auto task) { return run_blocking(context, std::move(task)); };
    calls["upsertJobScheduler"] = [&schedulers, wait](const json::object& request) {
        const json::value* given = request.if_contains("template");
        NewJob job = read_new_job(given != nullptr ? given->as_object() : json::object());
        JobTemplate made{.name = std::move(job.name), .data = std::move(job.data)};
        made.options = std::move(job.options);
        const Result<ScheduledRun> run =
            wait(schedulers.upsert(text_or(request, "schedulerId"),
                                   read_repeat(request.at("repeat").as_object()), std::move(made)));
        if (!run) {
            throw SystemError("agent", run.error().message);
        }
        return json::value(run->job_id);
    };
    calls["removeJobScheduler"] = [&schedulers, wait](const json::object& request) {
        return json::value(wait(schedulers.remove(text_or(request, "schedulerId"))));
    };
    calls["getJobSchedulers"] = [&schedulers, wait](const json::object&) {
        json::array found;
        for (const JobScheduler& scheduler : wait(schedulers.list(0, -1, true))) {
            found.emplace_back(write_scheduler(scheduler));
        }
        return json::value(std::move(found));
    };
    calls["getJobSchedulersCount"] = [&schedulers, wait](const json::object&) {
        return json::value(wait(schedulers.count()));
    };
}

}  // namespace tripos::queue::agent
