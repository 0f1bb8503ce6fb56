// SPDX-License-Identifier: MIT
#include "queue/queue.hpp"

#include "core/assert.hpp"
#include "queue/detail/job_codec.hpp"
#include "queue/detail/job_rules.hpp"
#include "queue/detail/job_span.hpp"
#include "queue/detail/queue_impl.hpp"
#include "queue/detail/relations.hpp"

namespace tripos::queue {

using detail::Collection;
using detail::kCollections;
using detail::refused;
using detail::require;

namespace {

constexpr std::size_t kSlice = 100;  // jobs per script: about 2 ms of the server's time

/// BullMQ counts ascending list windows from the right end.
redis::Arguments range_command(const std::string& key, bool is_list, bool ascending,
                               std::pair<std::int64_t, std::int64_t> window) {
    auto [start, end] = window;
    if (!is_list) {
        const char* command = ascending ? "ZRANGE" : "ZREVRANGE";
        return {command, key, std::to_string(start), std::to_string(end)};
    }
    if (ascending) {
        const std::int64_t first = -(end + 1);
        end = -(start + 1);
        start = first;
    }
    return {"LRANGE", key, std::to_string(start), std::to_string(end)};
}

/// The ids, or the first refusal.
Result<std::vector<std::string>> all_of(std::vector<Result<std::string>> added) {
    std::vector<std::string> ids;
    for (Result<std::string>& id : added) {
        if (!id) {
            return id.error();
        }
        ids.push_back(std::move(*id));
    }
    return ids;
}

}  // namespace

const redis::Reply& detail::require(const redis::Reply& reply) {
    if (reply.is_error()) {
        throw redis::CommandFailed(reply.text);
    }
    return reply;
}

Error detail::refused(std::int64_t code, const std::string& id) {
    const std::string message = "Job " + id + ": " + std::string(describe_code(code)) + ".";
    return code == -1 ? not_found(message) : conflict("job_state", message);
}

NewJob Queue::Impl::prepared(NewJob job) const {
    job.options = detail::with_defaults(std::move(job.options), options_.default_job_options);
    return job;
}

Task<redis::Reply> Queue::Impl::run(const redis::Script& script,
                                    std::vector<std::string> arguments) {
    std::vector<std::string> keys(1, base_);
    co_return co_await client_.eval(script, std::move(keys), std::move(arguments));
}

Task<redis::Reply> Queue::Impl::command(redis::Arguments arguments) {
    redis::Reply reply = co_await client_.command(std::move(arguments));
    require(reply);
    co_return reply;
}

void Queue::Impl::append_job(std::vector<std::string>& arguments, const NewJob& job,
                             const std::string& added_at) {
    const JobOptions& options = job.options;
    arguments.push_back(options.job_id);
    arguments.push_back(job.name);
    arguments.push_back(job.data);
    arguments.push_back(detail::serialise_options(options));
    arguments.push_back(options.timestamp ? std::to_string(to_millis(*options.timestamp))
                                          : added_at);
    arguments.push_back(std::to_string(options.delay.count()));
    arguments.push_back(std::to_string(options.priority));
    arguments.push_back(options.lifo ? "1" : "");
}

Task<std::vector<std::string>> Queue::Impl::add(std::vector<NewJob> jobs) {
    std::vector<std::string> ids;
    for (std::size_t first = 0; first < jobs.size(); first += kSlice) {
        std::vector<std::string> arguments(1, std::to_string(options_.max_events));
        const std::string added_at = now();
        for (std::size_t i = first; i < std::min(first + kSlice, jobs.size()); ++i) {
            append_job(arguments, jobs[i], added_at);
        }
        const redis::Reply reply = co_await run(detail::scripts().add_jobs, std::move(arguments));
        for (const redis::Reply& id : reply.elements) {
            ids.push_back(id.text);
        }
    }
    co_return ids;
}

Task<std::vector<Job>> Queue::Impl::read_all(std::vector<std::string> ids) {
    std::vector<redis::Arguments> commands;
    for (const std::string& id : ids) {
        redis::Arguments command(1, "HGETALL");
        command.push_back(key(id));
        commands.push_back(std::move(command));
    }
    const std::vector<redis::Reply> replies = co_await client_.pipeline(std::move(commands));
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (!replies[i].is_error() && !replies[i].elements.empty()) {
            jobs.push_back(detail::read_job(ids[i], replies[i].elements));
        }
    }
    co_return jobs;
}

Task<std::vector<std::string>> Queue::Impl::ids(Collection collection, std::int64_t start,
                                                std::int64_t end, bool ascending) {
    const std::pair window(start, end);
    std::vector<redis::Arguments> commands;
    commands.push_back(range_command(key(collection.key), collection.is_list, ascending, window));
    if (collection.state == JobState::waiting) {
        commands.push_back(range_command(key("paused"), true, ascending, window));
    }
    const std::vector<redis::Reply> replies = co_await client_.pipeline(std::move(commands));
    std::vector<std::string> found;
    for (const redis::Reply& reply : replies) {
        const std::vector<redis::Reply>& elements = require(reply).elements;
        const auto begin = found.size();
        for (const redis::Reply& element : elements) {
            found.push_back(element.text);
        }
        if (collection.is_list && ascending) {
            std::reverse(found.begin() + static_cast<std::ptrdiff_t>(begin), found.end());
        }
    }
    co_return found;
}

Task<std::map<JobState, std::int64_t>> Queue::Impl::counts() {
    std::vector<redis::Arguments> commands;
    for (const Collection& collection : kCollections) {
        redis::Arguments command(1, collection.is_list ? "LLEN" : "ZCARD");
        command.push_back(key(collection.key));
        commands.push_back(std::move(command));
    }
    redis::Arguments parked(1, "LLEN");
    parked.push_back(key("paused"));
    commands.push_back(std::move(parked));
    const std::vector<redis::Reply> replies = co_await client_.pipeline(std::move(commands));
    std::map<JobState, std::int64_t> result;
    for (std::size_t i = 0; i < kCollections.size(); ++i) {
        result[kCollections[i].state] = require(replies[i]).integer;
    }
    result[JobState::waiting] += require(replies.back()).integer;
    co_return result;
}

Queue::Queue(redis::Client& client, QueueOptions options, const Clock& clock)
    : impl_(std::make_unique<Impl>(client, std::move(options), clock)) {
    TRIPOS_ASSERT(detail::is_queue_name(impl_->options().name));
}

Queue::~Queue() = default;

const std::string& Queue::name() const {
    return impl_->options().name;
}
const std::string& Queue::prefix() const {
    return impl_->options().prefix;
}

Task<Result<std::string>> Queue::add(NewJob job) {
    const auto span = detail::add_span(name(), 1);
    detail::put_into_trace(span, job);
    job = impl_->prepared(std::move(job));
    if (const Result<> fine = detail::check_job(job); !fine) {
        co_return fine.error();
    }
    if (detail::has_relations(job.options)) {
        std::vector<NewJob> one(1, std::move(job));
        std::vector<Result<std::string>> ids = co_await impl_->add_related(std::move(one));
        co_return std::move(ids.front());
    }
    co_return co_await impl_->adds_.add(std::move(job));
}

Task<Result<std::vector<std::string>>> Queue::add_bulk(std::vector<NewJob> jobs) {
    const auto span = detail::add_span(name(), jobs.size());
    bool any_related = false;
    for (NewJob& job : jobs) {
        detail::put_into_trace(span, job);
        job = impl_->prepared(std::move(job));
        if (const Result<> fine = detail::check_job(job); !fine) {
            co_return fine.error();
        }
        any_related = any_related || detail::has_relations(job.options);
    }
    if (any_related) {
        co_return all_of(co_await impl_->add_related(std::move(jobs)));
    }
    co_return co_await impl_->add(std::move(jobs));
}

Task<std::optional<Job>> Queue::get_job(std::string id) {
    std::vector<std::string> one(1, std::move(id));
    std::vector<Job> jobs = co_await impl_->read_all(std::move(one));
    if (jobs.empty()) {
        co_return std::nullopt;
    }
    co_return std::move(jobs.front());
}

Task<JobState> Queue::get_state(std::string id) {
    std::vector<std::string> arguments(1, std::move(id));
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().get_state, std::move(arguments));
    for (const Collection& collection : kCollections) {
        if (reply.text == collection.key) {
            co_return collection.state;
        }
    }
    co_return JobState::unknown;
}

Task<Result<std::optional<JobResult>>> Queue::get_result(std::string id) {
    std::vector<std::string> arguments(1, id);
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().get_result, std::move(arguments));
    const std::int64_t code = reply.elements.at(0).integer;
    std::string value = reply.elements.at(1).text;
    if (code == -1) {
        co_return refused(code, id);
    }
    std::optional<JobResult> result;
    if (code == 1) {
        result = Completed{std::move(value)};
    } else if (code == 2) {
        result = Failed{std::move(value)};
    }
    co_return result;
}

Task<std::map<JobState, std::int64_t>> Queue::counts() {
    co_return co_await impl_->counts();
}

Task<std::vector<Job>> Queue::get_jobs(JobState state, std::int64_t start, std::int64_t end,
                                       bool ascending) {
    for (const Collection& collection : kCollections) {
        if (collection.state == state) {
            std::vector<std::string> ids = co_await impl_->ids(collection, start, end, ascending);
            co_return co_await impl_->read_all(std::move(ids));
        }
    }
    co_return std::vector<Job>();
}

Task<std::vector<std::string>> Queue::get_logs(std::string id) {
    redis::Arguments command(1, "LRANGE");
    command.push_back(impl_->key(id + ":logs"));
    command.push_back("0");
    command.push_back("-1");
    const redis::Reply reply = co_await impl_->command(std::move(command));
    std::vector<std::string> lines;
    for (const redis::Reply& line : reply.elements) {
        lines.push_back(line.text);
    }
    co_return lines;
}

Task<> Queue::Impl::run_to_end(const redis::Script& script) {
    redis::Reply reply{.integer = 1};
    while (reply.integer == 1) {
        std::vector<std::string> none;
        reply = co_await run(script, std::move(none));
    }
}

Task<> Queue::pause() {
    co_await impl_->run_to_end(detail::scripts().pause);
}

Task<> Queue::resume() {
    co_await impl_->run_to_end(detail::scripts().resume);
}

Task<bool> Queue::is_paused() {
    redis::Arguments command(1, "HEXISTS");
    command.push_back(impl_->key("meta"));
    command.push_back("paused");
    const redis::Reply reply = co_await impl_->command(std::move(command));
    co_return reply.integer == 1;
}

Task<Result<>> Queue::retry(std::string id) {
    std::vector<std::string> arguments(1, id);
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().retry_finished, std::move(arguments));
    if (reply.integer != 1) {
        co_return refused(reply.integer, id);
    }
    co_return Result<>();
}

Task<Result<>> Queue::promote(std::string id) {
    std::vector<std::string> arguments(1, id);
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().promote_job, std::move(arguments));
    if (reply.integer != 0) {
        co_return refused(reply.integer, id);
    }
    co_return Result<>();
}

Task<Result<>> Queue::remove(std::string id, RemoveChildren children) {
    std::vector<std::string> arguments(1, impl_->now());
    arguments.push_back(id);
    arguments.push_back(children == RemoveChildren::yes ? "all" : "none");
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().remove_job, std::move(arguments));
    if (reply.integer == 0) {
        co_return conflict("job_locked", "Job " + id + " or one it waits for is being worked on.");
    }
    if (reply.integer != 1) {
        co_return refused(reply.integer, id);
    }
    co_return Result<>();
}

}  // namespace tripos::queue
