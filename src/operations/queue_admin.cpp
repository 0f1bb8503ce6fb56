// SPDX-License-Identifier: MIT
#include "operations/queue_admin.hpp"

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <set>

#include "async/event.hpp"
#include "core/text.hpp"
#include "notices/mail_queues.hpp"
#include "operations/queue_history.hpp"
#include "queue/queue_events.hpp"

namespace tripos::operations {

namespace {

using queue::JobState;

// SCAN looks at so many keys per call; together they bound what one listing costs Redis.
constexpr int kKeysPerScan = 2'000;
constexpr int kMaxScans = 200;
constexpr std::size_t kLongestQueueName = 200;

const redis::Reply& require(const redis::Reply& reply) {
    if (reply.is_error()) {
        throw redis::CommandFailed(reply.text);
    }
    return reply;
}

/// As SCAN's MATCH takes it literally.
std::string glob_literal(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("*?[]^\\").find(c) != std::string_view::npos) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestQueueName && is_valid_utf8(name) &&
           !has_control_characters(name) && name.find(':') == std::string_view::npos;
}

/// On the first context of the client. The listener must be closed whatever happens, so that the
/// wait, which is short, cannot be cancelled.
Task<> hear_one(redis::Client& client, queue::QueueEventsOptions options, Random& random) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    Event heard(client.first_context().get_executor());
    queue::QueueEvents events(client.first_context(), client, std::move(options), random);
    events.on_event([&heard](const queue::QueueEvent&) { heard.notify(); });
    events.start();
    co_await heard.wait_for(QueueAdmin::kLongestWait);
    co_await events.close();
}

Error no_such_queue() {
    return not_found("There is no queue of this name; `tripos queue list` shows those there are");
}

}  // namespace

const std::vector<JobState>& listed_states() {
    static const std::vector<JobState> states{
        JobState::active, JobState::waiting,   JobState::prioritized,     JobState::delayed,
        JobState::failed, JobState::completed, JobState::waiting_children};
    return states;
}

std::optional<JobState> parse_job_state(std::string_view word) {
    for (const auto state : listed_states()) {
        if (word == queue::to_string(state)) {
            return state;
        }
    }
    return word == "wait" ? std::optional(JobState::waiting) : std::nullopt;
}

QueueAdmin::QueueAdmin(redis::Client& client, std::string prefix, QueueTuning& tuning,
                       const Clock& clock, Random& random)
    : client_(client),
      prefix_(std::move(prefix)),
      tuning_(tuning),
      clock_(clock),
      random_(random) {}

void QueueAdmin::forget_names() {
    const std::lock_guard lock(mutex_);
    names_.reset();
}

Task<QueueAdmin::Names> QueueAdmin::names(std::chrono::seconds age) {
    {
        const std::lock_guard lock(mutex_);
        if (names_ && std::chrono::steady_clock::now() - names_->read_at < age) {
            co_return *names_;
        }
    }
    auto read = co_await read_names();
    const std::lock_guard lock(mutex_);
    names_ = read;
    co_return read;
}

Task<QueueAdmin::Names> QueueAdmin::read_names() {
    Names names;
    const std::string before = prefix_ + ":";
    const std::string_view after = ":meta";
    std::set<std::string> found;
    found.emplace(notices::kMailQueue);
    found.emplace(notices::kBulkQueue);
    std::string cursor = "0";
    for (int scan = 0; scan < kMaxScans; ++scan) {
        redis::Arguments command(1, "SCAN");
        command.push_back(cursor);
        command.push_back("MATCH");
        command.push_back(glob_literal(before) + "*" + std::string(after));
        command.push_back("COUNT");
        command.push_back(std::to_string(kKeysPerScan));
        const redis::Reply reply = co_await client_.command(std::move(command));
        const auto& parts = require(reply).elements;
        for (const auto& key : parts.at(1).elements) {
            const auto length = key.text.size() - before.size() - after.size();
            auto name = key.text.substr(before.size(), length);
            if (is_name(name)) {
                found.insert(std::move(name));
            }
        }
        cursor = parts.at(0).text;
        if (cursor == "0" || found.size() > kMaxQueues) {
            break;
        }
    }
    names.is_complete = cursor == "0" && found.size() <= kMaxQueues;
    names.all.assign(found.begin(), found.end());
    names.all.resize(std::min(names.all.size(), kMaxQueues));
    co_return names;
}

Task<QueueListing> QueueAdmin::list(std::chrono::seconds names_age) {
    const auto found = co_await names(names_age);
    QueueListing listing;
    listing.is_complete = found.is_complete;
    for (const auto& name : found.all) {
        queue::Queue queue(client_, queue::QueueOptions{.name = name, .prefix = prefix_}, clock_);
        listing.queues.push_back(co_await summary(queue));
    }
    co_return listing;
}

Result<std::unique_ptr<queue::Queue>> QueueAdmin::open(const std::string& name) {
    if (!is_name(name)) {
        return invalid_field("queue",
                             "A queue's name is 1 to 200 bytes of text without ':' and control "
                             "characters");
    }
    return std::make_unique<queue::Queue>(
        client_, queue::QueueOptions{.name = name, .prefix = prefix_}, clock_);
}

Task<Result<std::unique_ptr<queue::Queue>>> QueueAdmin::find(std::string name) {
    auto queue = open(name);
    if (!queue) {
        co_return no_such_queue();
    }
    if (!notices::is_mail_queue(name)) {
        redis::Arguments command(1, "EXISTS");
        command.push_back(prefix_ + ":" + name + ":meta");
        const redis::Reply reply = co_await client_.command(std::move(command));
        if (require(reply).integer == 0) {
            co_return no_such_queue();
        }
    }
    co_return std::move(*queue);
}

Task<QueueSummary> QueueAdmin::summary(queue::Queue& queue) {
    QueueSummary summary;
    summary.name = queue.name();
    summary.counts = co_await queue.counts();
    summary.is_paused = co_await queue.is_paused();
    co_return summary;
}

Task<queue::QueueCondition> QueueAdmin::condition(queue::Queue& queue) {
    const auto now = clock_.now();
    co_return co_await queue::look_at(client_, queue, now);
}

Task<std::vector<std::string>> QueueAdmin::children_of(std::string job_key) {
    std::vector<redis::Arguments> ask;
    ask.push_back({"SMEMBERS", job_key + ":dependencies"});
    ask.push_back({"HKEYS", job_key + ":processed"});
    ask.push_back({"HKEYS", job_key + ":failed"});
    ask.push_back({"ZRANGE", job_key + ":unsuccessful", "0", "-1"});
    const auto lists = co_await client_.pipeline(std::move(ask));
    std::vector<std::string> keys;
    std::vector<redis::Arguments> exist;
    for (const auto& list : lists) {
        for (const auto& key : require(list).elements) {
            exist.push_back({"EXISTS", key.text});
            keys.push_back(key.text);
        }
    }
    if (keys.empty()) {
        co_return keys;
    }
    const auto found = co_await client_.pipeline(std::move(exist));
    std::vector<std::string> there;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (found[i].integer == 1) {
            there.push_back(std::move(keys[i]));
        }
    }
    co_return there;
}

Task<std::size_t> QueueAdmin::count_children(const queue::Queue& queue, std::string id) {
    std::set<std::string> seen;
    std::vector<std::string> parents(1, queue.qualified_name() + ":" + id);
    while (!parents.empty() && seen.size() < kMostCounted) {
        auto parent = std::move(parents.back());
        parents.pop_back();
        const auto children = co_await children_of(std::move(parent));
        for (const auto& child : children) {
            if (seen.insert(child).second) {
                parents.push_back(child);
            }
        }
    }
    co_return seen.size();
}

Task<QueueHistory> QueueAdmin::history(queue::Queue& queue, std::int64_t minutes) {
    const auto completed = co_await queue.metrics(JobState::completed, minutes);
    const auto failed = co_await queue.metrics(JobState::failed, minutes);
    const Timestamp now = clock_.now();
    QueueHistory history;
    history.completed = last_minutes(completed, now, minutes);
    history.failed = last_minutes(failed, now, minutes);
    co_return history;
}

Task<JobListing> QueueAdmin::filtered_jobs(queue::Queue& queue, JobQuery query) {
    JobFilter filter{
        .state = *query.state, .name = query.name, .reason = query.reason, .as_of = {}};
    auto found = co_await find_jobs(queue, std::move(filter));
    if (!query.ascending) {
        std::reverse(found.ids.begin(), found.ids.end());
    }
    JobListing listing;
    listing.total = std::ssize(found.ids);
    const auto end = std::min(listing.total, query.offset + query.limit);
    for (auto i = query.offset; i < end; ++i) {
        auto job = co_await queue.get_job(found.ids[static_cast<std::size_t>(i)]);
        if (job) {
            listing.jobs.push_back({.job = std::move(*job), .state = *query.state});
        }
    }
    co_return listing;
}

Task<JobListing> QueueAdmin::jobs(queue::Queue& queue, JobQuery query) {
    if (query.state && (!query.name.empty() || !query.reason.empty())) {
        co_return co_await filtered_jobs(queue, std::move(query));
    }
    const auto counts = co_await queue.counts();
    JobListing listing;
    auto skip = query.offset;
    auto room = query.limit;
    for (const auto state : listed_states()) {
        if (query.state && *query.state != state) {
            continue;
        }
        const auto count = counts.at(state);
        listing.total += count;
        if (skip >= count || room == 0) {
            skip -= std::min(skip, count);
            continue;
        }
        auto found = co_await queue.get_jobs(state, skip, skip + room - 1, query.ascending);
        found.resize(std::min(found.size(), static_cast<std::size_t>(room)));
        room -= std::min(room, count - skip);
        skip = 0;
        for (auto& job : found) {
            listing.jobs.push_back({.job = std::move(job), .state = state});
        }
    }
    co_return listing;
}

Task<std::vector<QueueEvent>> QueueAdmin::newest_events(const queue::Queue& queue,
                                                        std::int64_t count) {
    redis::Arguments command(1, "XREVRANGE");
    command.push_back(prefix_ + ":" + queue.name() + ":events");
    command.push_back("+");
    command.push_back("-");
    command.push_back("COUNT");
    command.push_back(std::to_string(count));
    auto events = co_await read_events(std::move(command));
    std::reverse(events.begin(), events.end());
    co_return events;
}

Task<std::vector<QueueEvent>> QueueAdmin::events_after(const queue::Queue& queue, std::string id,
                                                       std::int64_t count) {
    redis::Arguments command(1, "XRANGE");
    command.push_back(prefix_ + ":" + queue.name() + ":events");
    command.push_back("(" + id);
    command.push_back("+");
    command.push_back("COUNT");
    command.push_back(std::to_string(count));
    co_return co_await read_events(std::move(command));
}

Task<> QueueAdmin::await_event(const queue::Queue& queue, std::string id) {
    queue::QueueEventsOptions options{.queue = queue.name(), .prefix = prefix_};
    options.last_event_id = std::move(id);
    auto listening = hear_one(client_, std::move(options), random_);
    co_await asio::co_spawn(client_.first_context(), std::move(listening), asio::use_awaitable);
}

Task<std::vector<QueueEvent>> QueueAdmin::read_events(redis::Arguments command) {
    const redis::Reply reply = co_await client_.command(std::move(command));
    std::vector<QueueEvent> events;
    for (const auto& entry : require(reply).elements) {
        QueueEvent event{.id = entry.elements.at(0).text};
        const auto& words = entry.elements.at(1).elements;
        for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
            if (words[i].text == "event") {
                event.name = words[i + 1].text;
            } else {
                event.fields.emplace_back(words[i].text, words[i + 1].text);
            }
        }
        events.push_back(std::move(event));
    }
    co_return events;
}

}  // namespace tripos::operations
