// SPDX-License-Identifier: MIT
// Queue's calls that change one job, and the settings of the whole queue.

#include "core/text.hpp"
#include "queue/detail/job_codec.hpp"
#include "queue/detail/job_rules.hpp"
#include "queue/detail/json_check.hpp"
#include "queue/detail/queue_impl.hpp"

namespace tripos::queue {

using detail::refused;

namespace {

// The counter of a window that BullMQ's rateLimit() closes: larger than any max.
constexpr const char* kUsedUp = "9007199254740991";

// Scores of one priority: it in the upper half, the order of arrival in the lower.
constexpr std::int64_t kWidth = std::int64_t{1} << 32;

Error not_positive(const char* field) {
    return invalid_field(field, "It must be positive.");
}

Result<> checked(std::int64_t code, const std::string& id) {
    return code < 0 ? Result<>(refused(code, id)) : Result<>();
}

/// The score of the only member in `reply`, which is flat or, in RESP3, a list of pairs.
std::int64_t score_of(const redis::Reply& reply) {
    const redis::Reply& first = reply.elements.at(0);
    const redis::Reply& score =
        first.elements.empty() ? reply.elements.at(1) : first.elements.at(1);
    const bool is_real = score.type == redis::Reply::Type::real;
    return static_cast<std::int64_t>(is_real ? score.real : std::atof(score.text.c_str()));
}

}  // namespace

Task<std::optional<std::int64_t>> Queue::Impl::setting(std::string name) {
    redis::Arguments arguments(1, "HGET");
    arguments.push_back(key("meta"));
    arguments.push_back(std::move(name));
    const redis::Reply reply = co_await command(std::move(arguments));
    co_return parse_int(reply.text);
}

Task<Result<>> Queue::change_priority(std::string id, std::int64_t priority, bool lifo) {
    if (!detail::is_priority(priority)) {
        co_return invalid_field("priority", "The priority must be between 0 and 2097151.");
    }
    std::vector<std::string> arguments(1, id);
    arguments.push_back(std::to_string(priority));
    arguments.push_back(lifo ? "1" : "");
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().change_priority, std::move(arguments));
    co_return checked(reply.integer, id);
}

Task<Result<>> Queue::change_delay(std::string id, std::chrono::milliseconds delay) {
    if (delay.count() < 0) {
        co_return invalid_field("delay", "The delay must not be negative.");
    }
    std::vector<std::string> arguments(1, impl_->now());
    arguments.push_back(id);
    arguments.push_back(std::to_string(delay.count()));
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().change_delay, std::move(arguments));
    co_return checked(reply.integer, id);
}

Task<Result<>> Queue::update_data(std::string id, std::string json) {
    if (!detail::is_json(json)) {
        co_return invalid_field("data", "The data is not valid JSON.");
    }
    std::vector<std::string> arguments(1, id);
    arguments.push_back(std::move(json));
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().update_data, std::move(arguments));
    co_return checked(reply.integer, id);
}

Task<Result<>> Queue::update_progress(std::string id, std::string json) {
    // BullMQ's event readers stop for good at a value they cannot parse.
    if (!detail::is_json(json)) {
        co_return invalid_field("progress", "The progress is not valid JSON.");
    }
    std::vector<std::string> arguments(1, id);
    arguments.push_back(std::move(json));
    const redis::Reply reply =
        co_await impl_->run(detail::scripts().update_progress, std::move(arguments));
    co_return checked(reply.integer, id);
}

Task<Result<std::int64_t>> Queue::add_log(std::string id, std::string line,
                                          std::optional<std::int64_t> keep) {
    if (keep && *keep <= 0) {
        co_return not_positive("keep");
    }
    std::vector<std::string> arguments(1, id);
    arguments.push_back(std::move(line));
    arguments.push_back(keep ? std::to_string(*keep) : "");
    const redis::Reply reply = co_await impl_->run(detail::scripts().add_log, std::move(arguments));
    if (reply.integer < 0) {
        co_return refused(reply.integer, id);
    }
    co_return reply.integer;
}

Task<Result<>> Queue::set_global_concurrency(std::int64_t jobs) {
    if (jobs <= 0) {
        co_return not_positive("concurrency");
    }
    redis::Arguments command(1, "HSET");
    command.push_back(impl_->key("meta"));
    command.push_back("concurrency");
    command.push_back(std::to_string(jobs));
    co_await impl_->command(std::move(command));
    co_return Result<>();
}

Task<std::optional<std::int64_t>> Queue::global_concurrency() {
    co_return co_await impl_->setting("concurrency");
}

Task<> Queue::remove_global_concurrency() {
    redis::Arguments command(1, "HDEL");
    command.push_back(impl_->key("meta"));
    command.push_back("concurrency");
    co_await impl_->command(std::move(command));
}

Task<bool> Queue::is_maxed() {
    const std::optional<std::int64_t> most = co_await global_concurrency();
    if (!most) {
        co_return false;
    }
    redis::Arguments command(1, "LLEN");
    command.push_back(impl_->key("active"));
    const redis::Reply active = co_await impl_->command(std::move(command));
    co_return active.integer >= *most;
}

Task<Result<>> Queue::set_global_rate_limit(RateLimit limit) {
    if (limit.max <= 0 || limit.duration.count() <= 0) {
        co_return not_positive(limit.max <= 0 ? "max" : "duration");
    }
    redis::Arguments command(1, "HSET");
    command.push_back(impl_->key("meta"));
    command.push_back("max");
    command.push_back(std::to_string(limit.max));
    command.push_back("duration");
    command.push_back(std::to_string(limit.duration.count()));
    co_await impl_->command(std::move(command));
    co_return Result<>();
}

Task<std::optional<RateLimit>> Queue::global_rate_limit() {
    const std::optional<std::int64_t> max = co_await impl_->setting("max");
    const std::optional<std::int64_t> duration = co_await impl_->setting("duration");
    if (!max || !duration) {
        co_return std::nullopt;
    }
    co_return RateLimit{*max, std::chrono::milliseconds(*duration)};
}

Task<> Queue::remove_global_rate_limit() {
    redis::Arguments command(1, "HDEL");
    command.push_back(impl_->key("meta"));
    command.push_back("max");
    command.push_back("duration");
    co_await impl_->command(std::move(command));
}

Task<Result<>> Queue::rate_limit(std::chrono::milliseconds duration) {
    if (duration.count() <= 0) {
        co_return not_positive("duration");
    }
    redis::Arguments command(1, "SET");
    command.push_back(impl_->key("limiter"));
    command.push_back(kUsedUp);
    command.push_back("PX");
    command.push_back(std::to_string(duration.count()));
    co_await impl_->command(std::move(command));
    co_return Result<>();
}

Task<> Queue::remove_rate_limit() {
    redis::Arguments command(1, "DEL");
    command.push_back(impl_->key("limiter"));
    co_await impl_->command(std::move(command));
}

Task<std::chrono::milliseconds> Queue::rate_limit_ttl(std::optional<std::int64_t> max) {
    if (!max) {
        max = co_await impl_->setting("max");
    }
    redis::Arguments counter(1, "GET");
    counter.push_back(impl_->key("limiter"));
    redis::Arguments ttl(1, "PTTL");
    ttl.push_back(impl_->key("limiter"));
    const redis::Reply started = co_await impl_->command(std::move(counter));
    const redis::Reply left = co_await impl_->command(std::move(ttl));
    const bool is_used_up = !max || parse_int(started.text).value_or(0) >= *max;
    co_return std::chrono::milliseconds(is_used_up ? std::max<std::int64_t>(left.integer, 0) : 0);
}

Task<std::int64_t> Queue::trim_events(std::int64_t length) {
    redis::Arguments command(1, "XTRIM");
    command.push_back(impl_->key("events"));
    command.push_back("MAXLEN");
    command.push_back("~");
    command.push_back(std::to_string(std::max<std::int64_t>(length, 0)));
    const redis::Reply reply = co_await impl_->command(std::move(command));
    co_return reply.integer;
}

Task<std::map<std::int64_t, std::int64_t>> Queue::counts_per_priority() {
    constexpr std::size_t kMost = 100;
    std::vector<std::int64_t> present;
    for (std::int64_t next = 1; present.size() < kMost;) {
        redis::Arguments command(1, "ZRANGEBYSCORE");
        command.push_back(impl_->key("prioritized"));
        command.push_back(std::to_string(next * kWidth));
        for (const char* word : {"+inf", "WITHSCORES", "LIMIT", "0", "1"}) {
            command.emplace_back(word);
        }
        const redis::Reply reply = co_await impl_->client_.command(std::move(command));
        if (detail::require(reply).elements.empty()) {
            break;
        }
        present.push_back(score_of(reply) / kWidth);
        next = present.back() + 1;
    }
    co_return co_await counts_per_priority(std::move(present));
}

Task<std::map<std::int64_t, std::int64_t>> Queue::counts_per_priority(
    std::vector<std::int64_t> priorities) {
    std::vector<redis::Arguments> commands;
    for (const std::int64_t priority : priorities) {
        commands.push_back({"ZCOUNT", impl_->key("prioritized"), std::to_string(priority * kWidth),
                            std::to_string((priority + 1) * kWidth - 1)});
    }
    commands.push_back({"LLEN", impl_->key("wait")});
    commands.push_back({"LLEN", impl_->key("paused")});
    const std::vector<redis::Reply> replies = co_await impl_->client_.pipeline(std::move(commands));
    const auto counted = [&replies](std::size_t at) {
        return detail::require(replies[at]).integer;
    };
    std::map<std::int64_t, std::int64_t> counts;
    for (std::size_t i = 0; i < priorities.size(); ++i) {
        counts[priorities[i]] = priorities[i] == 0
                                    ? counted(replies.size() - 2) + counted(replies.size() - 1)
                                    : counted(i);
    }
    co_return counts;
}

}  // namespace tripos::queue
