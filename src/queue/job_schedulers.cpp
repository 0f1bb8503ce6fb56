// SPDX-License-Identifier: MIT
#include "queue/job_schedulers.hpp"

#include <cstdlib>

#include "core/text.hpp"
#include "queue/detail/job_rules.hpp"
#include "queue/detail/queue_impl.hpp"
#include "queue/detail/schedule_plan.hpp"

namespace tripos::queue {
namespace {

std::map<std::string, std::string> read_fields(const redis::Reply& reply) {
    std::map<std::string, std::string> fields;
    const std::vector<redis::Reply>& flat = detail::require(reply).elements;
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
        fields[flat[i].text] = flat[i + 1].text;
    }
    return fields;
}

std::int64_t read_score(const redis::Reply& reply) {
    const double score =
        reply.type == redis::Reply::Type::real ? reply.real : std::atof(reply.text.c_str());
    return static_cast<std::int64_t>(score);
}

Error cannot_add(std::int64_t code) {
    return code == -11 ? conflict("slots_taken", "The next 32 slots of the scheduler are taken.")
                       : conflict("slot_taken", "There is a run at that time already.");
}

}  // namespace

Task<Result<ScheduledRun>> JobSchedulers::upsert(std::string id, RepeatOptions repeat,
                                                 JobTemplate job) {
    Queue::Impl& queue = *queue_.impl_;
    const Timestamp now = queue.clock_.now();
    const JobOptions& defaults = queue.options().default_job_options;
    const std::chrono::milliseconds own_delay = job.options.delay;
    job.options = detail::with_defaults(std::move(job.options), defaults);
    job.options.delay = own_delay;
    if (const Result<> fine = detail::check_scheduler(id, repeat, job, now); !fine) {
        co_return fine.error();
    }
    std::optional<Timestamp> at;
    if (!repeat.pattern.empty()) {
        const Result<Timestamp> first = detail::first_by_pattern(repeat, now);
        if (!first) {
            co_return first.error();
        }
        at = *first;
    }
    const auto millis = [](std::optional<Timestamp> time) {
        return time ? std::to_string(to_millis(*time)) : "";
    };
    const auto positive = [](std::chrono::milliseconds time) {
        return time.count() > 0 ? std::to_string(time.count()) : "";
    };
    std::vector<std::string> arguments(1, millis(now));
    arguments.push_back(std::to_string(queue.options().max_events));
    arguments.push_back(id);
    arguments.push_back(positive(repeat.every));
    arguments.push_back(millis(at));
    arguments.push_back(millis(repeat.start_date));
    arguments.push_back(positive(repeat.offset));
    arguments.push_back(job.name);
    arguments.push_back(job.data);
    arguments.push_back(detail::first_run_options(id, repeat, job, now, at));
    arguments.push_back(std::to_string(job.options.priority));
    arguments.push_back(job.options.lifo ? "1" : "");
    for (std::string& field : detail::write_definition(repeat, job)) {
        arguments.push_back(std::move(field));
    }
    const redis::Reply reply =
        co_await queue.run(detail::scripts().upsert_scheduler, std::move(arguments));
    if (reply.elements.size() != 2) {
        co_return cannot_add(reply.integer);
    }
    const auto delay = parse_int(reply.elements[1].text).value_or(0);
    ScheduledRun run{.job_id = reply.elements[0].text};
    run.delay = std::chrono::milliseconds(delay);
    co_return run;
}

Task<bool> JobSchedulers::remove(std::string id) {
    std::vector<std::string> arguments(1, std::move(id));
    const redis::Reply reply =
        co_await queue_.impl_->run(detail::scripts().remove_scheduler, std::move(arguments));
    co_return reply.integer == 0;
}

Task<std::vector<JobScheduler>> JobSchedulers::read_all(std::vector<std::string> ids) {
    std::vector<redis::Arguments> commands;
    for (const std::string& id : ids) {
        redis::Arguments definition(1, "HGETALL");
        definition.push_back(queue_.impl_->key("repeat:" + id));
        redis::Arguments time(1, "ZSCORE");
        time.push_back(queue_.impl_->key("repeat"));
        time.push_back(id);
        commands.push_back(std::move(definition));
        commands.push_back(std::move(time));
    }
    const std::vector<redis::Reply> replies =
        co_await queue_.impl_->client_.pipeline(std::move(commands));
    std::vector<JobScheduler> found;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::map<std::string, std::string> fields = read_fields(replies.at(2 * i));
        if (!fields.empty() && !replies.at(2 * i + 1).is_null()) {
            found.push_back(detail::read_definition(ids[i], fields));
            const std::int64_t at = read_score(replies[2 * i + 1]);
            found.back().next = from_millis(at);
            found.back().next_job_id = "repeat:" + ids[i] + ":" + std::to_string(at);
        }
    }
    co_return found;
}

Task<std::optional<JobScheduler>> JobSchedulers::get(std::string id) {
    std::vector<std::string> one(1, std::move(id));
    std::vector<JobScheduler> found = co_await read_all(std::move(one));
    if (found.empty()) {
        co_return std::nullopt;
    }
    co_return std::move(found.front());
}

Task<std::vector<JobScheduler>> JobSchedulers::list(std::int64_t start, std::int64_t end,
                                                    bool ascending) {
    redis::Arguments command(1, ascending ? "ZRANGE" : "ZREVRANGE");
    command.push_back(queue_.impl_->key("repeat"));
    command.push_back(std::to_string(start));
    command.push_back(std::to_string(end));
    const redis::Reply reply = co_await queue_.impl_->command(std::move(command));
    std::vector<std::string> ids;
    for (const redis::Reply& id : reply.elements) {
        ids.push_back(id.text);
    }
    co_return co_await read_all(std::move(ids));
}

Task<std::int64_t> JobSchedulers::count() {
    redis::Arguments command(1, "ZCARD");
    command.push_back(queue_.impl_->key("repeat"));
    const redis::Reply reply = co_await queue_.impl_->command(std::move(command));
    co_return reply.integer;
}

}  // namespace tripos::queue
