// SPDX-License-Identifier: MIT
#include "queue/condition.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "queue/detail/connection_name.hpp"

namespace tripos::queue {

namespace {

using redis::Arguments;
using redis::Reply;

/// Jobs of one list that are looked at, at most.
constexpr std::int64_t kMostLooked = 500;
constexpr int kMostScans = 20;
constexpr std::size_t kLongestReason = 120;
/// The score of a delayed job is its instant times this, and a counter.
constexpr std::int64_t kScoreStep = 4096;

/// Whether a line of CLIENT LIST is a connection of that name, or of it and a worker's own.
bool is_worker(const std::vector<std::string_view>& fields, const std::string& name) {
    return std::any_of(fields.begin(), fields.end(), [&name](std::string_view field) {
        const bool is_name = field.starts_with("name=" + name);
        const auto rest = is_name ? field.substr(5 + name.size()) : std::string_view("-");
        return rest.empty() || rest.starts_with(":w:");
    });
}

bool is_blocked(const std::vector<std::string_view>& fields) {
    return std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
        return field.starts_with("flags=") && field.find('b') != std::string_view::npos;
    });
}

void count_workers(const Reply& clients, const std::string& name, QueueCondition& seen) {
    if (clients.is_error()) {
        return;
    }
    seen.workers = 0;
    for (const auto line : split(clients.text, '\n')) {
        const auto fields = split(line, ' ');
        if (is_worker(fields, name)) {
            ++*seen.workers;
            seen.asleep += is_blocked(fields) ? 1 : 0;
        }
    }
}

std::int64_t number(const Reply& reply) {
    return parse_int(reply.text).value_or(0);
}

/// Of a member of a sorted set and its score; empty: there is none. RESP3 nests the pair.
std::optional<double> score_of_first(const Reply& reply) {
    const auto* pair = &reply;
    if (!pair->elements.empty() && !pair->elements.front().elements.empty()) {
        pair = &pair->elements.front();
    }
    if (pair->elements.size() < 2) {
        return std::nullopt;
    }
    const auto& score = pair->elements[1];
    return score.type == Reply::Type::real ? std::optional(score.real) : parse_number(score.text);
}

/// The newest of what two sets of ended jobs have as their last score.
std::optional<Timestamp> newest_of(const Reply& completed, const Reply& failed) {
    const auto newest =
        std::max(score_of_first(completed).value_or(0), score_of_first(failed).value_or(0));
    return newest == 0 ? std::nullopt
                       : std::optional(from_millis(static_cast<std::int64_t>(newest)));
}

/// What ended in the window by the workers' own count, which knows also of jobs that were not kept.
std::int64_t counted_of(const QueueMetrics& metrics, Timestamp since) {
    if (!metrics.last_counted || *metrics.last_counted < since) {
        return 0;
    }
    std::int64_t count = metrics.count - metrics.counted_before;
    for (const auto minute : metrics.per_minute) {
        count += minute;
    }
    return count;
}

class Look {
  public:
    Look(redis::Client& client, Queue& queue, Timestamp now)
        : client_(client), queue_(queue), now_(now), base_(queue.qualified_name() + ":") {}

    Task<QueueCondition> all() {
        seen_.name = queue_.name();
        seen_.counts = co_await queue_.counts();
        seen_.is_paused = co_await queue_.is_paused();
        co_await overview();
        co_await jobs();
        co_await failures();
        co_return std::move(seen_);
    }

  private:
    std::string key(std::string_view name) const { return base_ + std::string(name); }

    Task<> overview() {
        std::vector<Arguments> ask;
        ask.push_back({"CLIENT", "LIST"});
        ask.push_back({"EXISTS", key("marker")});
        ask.push_back({"ZRANGE", key("delayed"), "0", "0", "WITHSCORES"});
        ask.push_back({"ZREVRANGE", key("completed"), "0", "0", "WITHSCORES"});
        ask.push_back({"ZREVRANGE", key("failed"), "0", "0", "WITHSCORES"});
        const auto replies = co_await client_.pipeline(std::move(ask));
        count_workers(replies[0], detail::connection_name(queue_.prefix(), queue_.name(), ""),
                      seen_);
        seen_.has_marker = replies[1].integer == 1;
        if (const auto score = score_of_first(replies[2])) {
            const auto due = from_millis(static_cast<std::int64_t>(*score) / kScoreStep);
            seen_.overdue = std::max(now_ - due, std::chrono::milliseconds(0));
        }
        seen_.newest_end = newest_of(replies[3], replies[4]);
    }

    /// BullMQ 5 moves the list of a paused queue to `paused`.
    Task<> jobs() {
        std::vector<Arguments> ask;
        ask.push_back({"LRANGE", key("wait"), "-1", "-1"});
        ask.push_back({"LRANGE", key("paused"), "-1", "-1"});
        ask.push_back({"ZRANGE", key("prioritized"), "0", "0"});
        ask.push_back({"LRANGE", key("active"), "0", std::to_string(kMostLooked - 1)});
        const auto replies = co_await client_.pipeline(std::move(ask));
        for (std::size_t i = 0; i < 3; ++i) {
            for (const auto& id : replies[i].elements) {
                const Arguments question{"HMGET", key(id.text), "timestamp", "delay",
                                         "processedOn"};
                const auto job = co_await client_.command(question);
                if (job.elements.size() == 3) {
                    note_wait(job);
                }
            }
        }
        co_await locks(replies[3]);
    }

    /// Since when it could run: it was added, its delay was over, or its last run began.
    void note_wait(const Reply& job) {
        const auto since =
            std::max(number(job.elements[0]) + number(job.elements[1]), number(job.elements[2]));
        if (since > 0) {
            seen_.oldest_wait = std::max(seen_.oldest_wait, now_ - from_millis(since));
        }
    }

    Task<> locks(const Reply& active) {
        if (active.elements.empty()) {
            co_return;
        }
        std::vector<Arguments> ask;
        for (const auto& id : active.elements) {
            ask.push_back({"EXISTS", key(id.text) + ":lock"});
            ask.push_back({"LPOS", key("active"), id.text});  // it may have ended meanwhile
        }
        const auto replies = co_await client_.pipeline(std::move(ask));
        for (std::size_t i = 0; i + 1 < replies.size(); i += 2) {
            const bool is_still_active = replies[i + 1].type == Reply::Type::integer;
            seen_.unlocked += is_still_active && replies[i].integer == 0 ? 1 : 0;
        }
    }

    Task<> failures() {
        const auto since = now_ - kFailureWindow;
        const auto from = std::to_string(to_millis(since));
        const auto minutes = kFailureWindow.count();
        const auto completed = co_await queue_.metrics(JobState::completed, minutes);
        const auto failed = co_await queue_.metrics(JobState::failed, minutes);
        std::vector<Arguments> ask;
        ask.push_back({"ZCOUNT", key("completed"), from, "+inf"});
        ask.push_back({"ZCOUNT", key("failed"), from, "+inf"});
        ask.push_back({"ZREVRANGEBYSCORE", key("failed"), "+inf", from, "LIMIT", "0",
                       std::to_string(kMostLooked)});
        const auto replies = co_await client_.pipeline(std::move(ask));
        // A job that is not kept is in no set; the count of its minute was closed by it, or later.
        seen_.newest_end =
            std::max({seen_.newest_end, completed.last_counted, failed.last_counted});
        seen_.failed = std::max(replies[1].integer, counted_of(failed, since));
        seen_.ended = seen_.failed + std::max(replies[0].integer, counted_of(completed, since));
        co_await reasons(replies[2]);
    }

    Task<> reasons(const Reply& ids) {
        std::vector<Arguments> ask;
        for (const auto& id : ids.elements) {
            ask.push_back({"HGET", key(id.text), "failedReason"});
        }
        if (ask.empty()) {
            co_return;
        }
        for (const auto& reply : co_await client_.pipeline(std::move(ask))) {
            ++seen_.reasons[reply.text.substr(0, kLongestReason)];
        }
    }

    redis::Client& client_;
    Queue& queue_;
    const Timestamp now_;
    const std::string base_;
    QueueCondition seen_;
};

/// Whether jobs wait in the queue of that name under the prefix, and nobody works there.
Task<bool> is_stray(redis::Client& client, std::string prefix, std::string name) {
    const auto base = prefix + ":" + name + ":";
    std::vector<Arguments> ask;
    ask.push_back({"CLIENT", "LIST"});
    ask.push_back({"LLEN", base + "wait"});
    ask.push_back({"ZCARD", base + "prioritized"});
    const auto replies = co_await client.pipeline(std::move(ask));
    QueueCondition other;
    count_workers(replies[0], detail::connection_name(prefix, name, ""), other);
    co_return other.workers == 0 && replies[1].integer + replies[2].integer > 0;
}

}  // namespace

std::int64_t QueueCondition::runnable() const {
    const auto of = [this](JobState state) {
        const auto found = counts.find(state);
        return found == counts.end() ? 0 : found->second;
    };
    return of(JobState::waiting) + of(JobState::prioritized);
}

Task<QueueCondition> look_at(redis::Client& client, Queue& queue, Timestamp now) {
    Look look(client, queue, now);
    co_return co_await look.all();
}

Task<> look_for_strays(redis::Client& client, const Queue& queue, QueueCondition& seen) {
    const auto ending = ":" + queue.name() + ":meta";
    std::string cursor = "0";
    for (int i = 0; i < kMostScans; ++i) {
        const Arguments scan{"SCAN", cursor, "MATCH", "*" + ending, "COUNT", "1000"};
        const auto reply = co_await client.command(scan);
        if (reply.elements.size() != 2) {  // refused
            co_return;
        }
        for (const auto& found : reply.elements[1].elements) {
            auto prefix = found.text.substr(0, found.text.size() - ending.size());
            if (prefix == queue.prefix()) {
                continue;
            }
            const bool waits_in_vain = co_await is_stray(client, prefix, queue.name());
            if (waits_in_vain) {
                seen.strays.push_back(std::move(prefix));
            }
        }
        cursor = reply.elements[0].text;
        if (cursor == "0") {
            co_return;
        }
    }
}

}  // namespace tripos::queue
