// SPDX-License-Identifier: MIT
// Queue's calls about many jobs: each loops over slices that the server does in about 2 ms, and
// ends although others go on adding.

#include "queue/detail/queue_impl.hpp"

namespace tripos::queue {

using detail::Collection;
using detail::kCollections;

namespace {

constexpr std::int64_t kBulkSlice = 200;  // jobs per script that removes or moves them
constexpr std::int64_t kAll = std::int64_t{1} << 53;

void tell(const Queue::Progress& progress, std::int64_t done) {
    if (progress) {
        progress(done);
    }
}

std::vector<std::string> texts(const redis::Reply& reply) {
    std::vector<std::string> found;
    for (const redis::Reply& element : reply.elements) {
        found.push_back(element.text);
    }
    return found;
}

}  // namespace

/// Removes old jobs of one collection, at most `room`.
Task<std::vector<std::string>> Queue::Impl::clean_collection(CleanRequest request) {
    std::vector<std::string> removed;
    std::int64_t left = 0;
    while (left >= 0 && std::ssize(removed) < request.room) {
        std::vector<std::string> arguments(1, request.collection);
        arguments.push_back(std::to_string(request.cut));
        arguments.push_back(std::to_string(kBulkSlice));
        arguments.push_back(std::to_string(request.room - std::ssize(removed)));
        arguments.push_back(std::to_string(left));
        const redis::Reply reply = co_await run(detail::scripts().clean_jobs, std::move(arguments));
        left = reply.elements.at(0).integer;
        for (std::string& id : texts(reply.elements.at(1))) {
            removed.push_back(std::move(id));
        }
        tell(request.progress, request.done_before + std::ssize(removed));
    }
    co_return removed;
}

Task<std::int64_t> Queue::Impl::count_of(std::vector<std::string> suffixes) {
    std::vector<redis::Arguments> commands;
    for (const std::string& suffix : suffixes) {
        const bool is_list = suffix == "wait" || suffix == "paused";
        commands.push_back({is_list ? "LLEN" : "ZCARD", key(suffix)});
    }
    const std::vector<redis::Reply> replies = co_await client_.pipeline(std::move(commands));
    std::int64_t total = 0;
    for (const redis::Reply& reply : replies) {
        total += detail::require(reply).integer;
    }
    co_return total;
}

Task<std::int64_t> Queue::drain(bool delayed, Progress progress) {
    std::vector<std::string> suffixes(1, "wait");
    suffixes.push_back("paused");
    suffixes.push_back("prioritized");
    if (delayed) {
        suffixes.push_back("delayed");
    }
    const std::int64_t total = co_await impl_->count_of(std::move(suffixes));
    std::int64_t done = 0;
    while (done < total) {
        std::vector<std::string> arguments(1, std::to_string(std::min(kBulkSlice, total - done)));
        arguments.push_back(delayed ? "1" : "");
        const redis::Reply reply =
            co_await impl_->run(detail::scripts().drain_jobs, std::move(arguments));
        if (reply.integer == 0) {
            break;
        }
        done += reply.integer;
        tell(progress, done);
    }
    co_return done;
}

Task<Result<std::vector<std::string>>> Queue::clean(std::chrono::milliseconds grace,
                                                    std::int64_t limit, JobState state,
                                                    Progress progress) {
    const auto* found =
        std::find_if(kCollections.begin(), kCollections.end(),
                     [state](const Collection& collection) { return collection.state == state; });
    if (found == kCollections.end() || state == JobState::waiting_children) {
        co_return invalid_field("state", "Jobs of this state cannot be cleaned.");
    }
    Impl::CleanRequest request;
    request.collection = found->key;
    request.cut = to_millis(impl_->clock_.now() - grace);
    request.room = limit > 0 ? limit : kAll;
    request.progress = progress;
    Impl::CleanRequest parked = request;
    std::vector<std::string> removed = co_await impl_->clean_collection(std::move(request));
    if (state == JobState::waiting) {
        parked.collection = "paused";
        parked.room -= std::ssize(removed);
        parked.done_before = std::ssize(removed);
        for (std::string& id : co_await impl_->clean_collection(std::move(parked))) {
            removed.push_back(std::move(id));
        }
    }
    redis::Arguments event(1, "XADD");
    event.push_back(impl_->key("events"));
    event.push_back("*");
    event.push_back("event");
    event.push_back("cleaned");
    event.push_back("count");
    event.push_back(std::to_string(removed.size()));
    co_await impl_->command(std::move(event));
    co_return removed;
}

Task<Result<>> Queue::obliterate(bool force, Progress progress) {
    co_await pause();
    for (std::int64_t done = 0;;) {
        std::vector<std::string> arguments(1, force ? "1" : "");
        arguments.push_back(std::to_string(kBulkSlice));
        const redis::Reply reply =
            co_await impl_->run(detail::scripts().obliterate, std::move(arguments));
        if (reply.integer == 0) {
            co_return Result<>();
        }
        if (reply.integer == -1) {
            co_return conflict("queue_resumed", "Somebody resumed the queue meanwhile.");
        }
        if (reply.integer == -2) {
            co_return conflict("queue_active",
                               "The queue has active jobs: let them end, or use force.");
        }
        done += kBulkSlice;
        tell(progress, done);
    }
}

Task<Result<std::int64_t>> Queue::retry_all(JobState state, std::int64_t limit, Progress progress) {
    if (state != JobState::failed && state != JobState::completed) {
        co_return invalid_field("state", "Only failed and completed jobs can be retried.");
    }
    // A job that fails again meanwhile ends later than this, so that the loop ends.
    const std::string until = impl_->now();
    const std::int64_t room = limit > 0 ? limit : kAll;
    std::int64_t done = 0;
    for (;;) {
        const std::int64_t wanted = std::min(kBulkSlice, room - done);
        std::vector<std::string> arguments(1, std::string(to_string(state)));
        arguments.push_back(until);
        arguments.push_back(std::to_string(wanted));
        const redis::Reply reply =
            co_await impl_->run(detail::scripts().retry_jobs, std::move(arguments));
        done += reply.integer;
        tell(progress, done);
        if (reply.integer < wanted || done >= room) {
            co_return done;
        }
    }
}

Task<std::int64_t> Queue::promote_all(Progress progress) {
    std::vector<std::string> suffixes(1, "delayed");
    const std::int64_t total = co_await impl_->count_of(std::move(suffixes));
    std::int64_t done = 0;
    while (done < total) {
        std::vector<std::string> arguments(1, std::to_string(std::min(kBulkSlice, total - done)));
        const redis::Reply reply =
            co_await impl_->run(detail::scripts().promote_jobs, std::move(arguments));
        if (reply.integer == 0) {
            break;
        }
        done += reply.integer;
        tell(progress, done);
    }
    co_return done;
}

}  // namespace tripos::queue
