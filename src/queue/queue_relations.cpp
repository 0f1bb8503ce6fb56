// SPDX-License-Identifier: MIT
// Queue's calls about what ties jobs together: parents, children, deduplication.

#include "queue/detail/children.hpp"
#include "queue/detail/queue_impl.hpp"
#include "queue/detail/relations.hpp"

namespace tripos::queue {

using detail::refused;

namespace {

constexpr std::size_t kTreeSlice = 100;  // jobs per script: about 3 ms of the server's time

/// The id of an added job, or why it was refused.
Result<std::string> added(const redis::Reply& reply, const JobOptions& options) {
    if (reply.is_text()) {
        return reply.text;
    }
    if (reply.integer == -5) {
        return not_found("The parent " + detail::key_of(*options.parent) + " is gone.");
    }
    return refused(reply.integer, options.job_id);
}

}  // namespace

Task<std::vector<Result<std::string>>> Queue::Impl::add_related(std::vector<NewJob> jobs) {
    std::vector<Result<std::string>> ids;
    for (std::size_t first = 0; first < jobs.size(); first += kTreeSlice) {
        const std::size_t end = std::min(first + kTreeSlice, jobs.size());
        const std::string added_at = now();
        std::vector<std::string> arguments(1, added_at);
        arguments.push_back(std::to_string(options_.max_events));
        for (std::size_t i = first; i < end; ++i) {
            append_job(arguments, jobs[i], added_at);
            arguments.push_back(detail::relations_argument(jobs[i].options));
        }
        const redis::Reply reply =
            co_await run(detail::scripts().add_related_jobs, std::move(arguments));
        for (std::size_t i = first; i < end; ++i) {
            ids.push_back(added(reply.elements.at(i - first), jobs[i].options));
        }
    }
    co_return ids;
}

std::string Queue::qualified_name() const {
    return prefix() + ":" + name();
}

Task<Children> Queue::children(std::string id) {
    co_return co_await detail::read_children(impl_->client_, impl_->key(id));
}

Task<ChildrenCounts> Queue::children_counts(std::string id) {
    const std::string key = impl_->key(id);
    std::vector<redis::Arguments> commands(4);
    commands[0] = {"HLEN", key + ":processed"};
    commands[1] = {"HLEN", key + ":failed"};
    commands[2] = {"ZCARD", key + ":unsuccessful"};
    commands[3] = {"SCARD", key + ":dependencies"};
    const std::vector<redis::Reply> replies = co_await impl_->client_.pipeline(std::move(commands));
    ChildrenCounts counts;
    counts.completed = detail::require(replies.at(0)).integer;
    counts.ignored = detail::require(replies.at(1)).integer;
    counts.failed = detail::require(replies.at(2)).integer;
    counts.pending = detail::require(replies.at(3)).integer;
    co_return counts;
}

Task<Result<std::int64_t>> Queue::remove_unprocessed_children(std::string id) {
    std::vector<std::string> arguments(1, impl_->now());
    arguments.push_back(id);
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().remove_children, std::move(arguments));
    if (reply.integer < 0) {
        co_return refused(reply.integer, id);
    }
    co_return reply.integer;
}

Task<Result<bool>> Queue::remove_child_dependency(std::string id) {
    std::vector<std::string> arguments(1, impl_->now());
    arguments.push_back(id);
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().detach_child, std::move(arguments));
    if (reply.integer < 0) {
        co_return refused(reply.integer, id);
    }
    co_return reply.integer == 0;
}

Task<std::optional<std::string>> Queue::deduplication_job_id(std::string deduplication_id) {
    redis::Arguments command(1, "GET");
    command.push_back(impl_->key("de:" + deduplication_id));
    const redis::Reply reply = co_await impl_->command(std::move(command));
    co_return reply.is_text() ? std::optional(reply.text) : std::nullopt;
}

Task<bool> Queue::remove_deduplication_key(std::string deduplication_id) {
    redis::Arguments command(1, "DEL");
    command.push_back(impl_->key("de:" + deduplication_id));
    const redis::Reply reply = co_await impl_->command(std::move(command));
    co_return reply.integer == 1;
}

Task<Result<bool>> Queue::release_deduplication(std::string id) {
    std::vector<std::string> arguments(1, id);
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().release_deduplication, std::move(arguments));
    if (reply.integer < 0) {
        co_return refused(reply.integer, id);
    }
    co_return reply.integer == 1;
}

}  // namespace tripos::queue
