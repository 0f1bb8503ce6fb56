// SPDX-License-Identifier: MIT
#include "operations/queue_tuning.hpp"

#include "core/random.hpp"
#include "core/text.hpp"
#include "notices/mail_queues.hpp"
#include "telemetry/log.hpp"

namespace tripos::operations {

namespace {

constexpr std::chrono::seconds kLookInterval{5};
/// How soon a Redis that is back is looked at.
constexpr std::chrono::milliseconds kConnectionLook{250};
/// In `meta`, beside BullMQ's own members, which ignores what it does not know.
constexpr const char* kVersionMember = "tripos-tuning";
/// In its place: who changed what at the same time is not known. No version is, and marks are
/// below.
constexpr std::int64_t kDoubt = -1;
constexpr std::uint32_t kMarks = 1'000'000'000;
/// Each is one step: what came between a look and a write would be told to be of this version.
constexpr const char* kBeginChange = R"(
local seen = redis.call("HGET", KEYS[1], ARGV[1])
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return seen
)";
constexpr const char* kEndChange = R"(
local seen = redis.call("HGET", KEYS[1], ARGV[1])
return redis.call("HSET", KEYS[1], ARGV[1], seen == ARGV[2] and ARGV[3] or ARGV[4])
)";

std::string meta_of(const queue::Queue& queue) {
    return queue.prefix() + ":" + queue.name() + ":meta";
}

const redis::Reply& answered(const redis::Reply& reply) {
    if (reply.is_error()) {
        throw redis::CommandFailed(reply.text);
    }
    return reply;
}

}  // namespace

QueueTuning::QueueTuning(const OperationsParts& parts, std::string queue_prefix)
    : parts_(parts),
      prefix_(std::move(queue_prefix)),
      begin_change_("begin-tuning", kBeginChange),
      end_change_("end-tuning", kEndChange),
      changed_(parts.background.get_executor()),
      tasks_(parts.background.get_executor()) {}

void QueueTuning::start() {
    tasks_.spawn("queue tuning", run());
}

Task<> QueueTuning::stop() {
    co_await tasks_.stop();
}

Task<> QueueTuning::run() {
    auto next = std::chrono::steady_clock::now();
    for (;;) {
        const bool is_connected = parts_.queue_redis.is_connected();
        const bool is_back = is_connected && !was_connected_;
        was_connected_ = is_connected;
        if (is_back || std::chrono::steady_clock::now() >= next) {
            co_await adopt();
            next = std::chrono::steady_clock::now() + kLookInterval;
        }
        const bool is_changed = co_await changed_.wait_for(kConnectionLook);
        if (is_changed) {
            next = std::chrono::steady_clock::now();
        }
    }
}

Task<> QueueTuning::adopt() {
    try {
        co_await look();
    } catch (const SystemError& failure) {
        log::debug("operations", "what was tuned is not looked at", {{"what", failure.what()}});
    }
}

Task<> QueueTuning::look() {
    const auto all = co_await parts_.database.read(queue_tuning_store::load);
    adopt_here(all);
    for (const auto& tuned : all) {
        co_await bring_to_redis(tuned);
    }
}

void QueueTuning::adopt_here(const std::vector<Tuned>& all) {
    std::map<std::string, std::optional<std::int64_t>> found;
    for (const auto& tuned : all) {
        found[tuned.queue] = tuned.concurrency;
    }
    for (const auto name : {notices::kMailQueue, notices::kBulkQueue}) {
        const std::string queue(name);
        const auto jobs = found.contains(queue) ? found[queue] : std::nullopt;
        if (adopted_[queue] != jobs) {
            parts_.pipeline.set_concurrency(queue, jobs);
            log::info("operations", "jobs at once",
                      {{"queue", queue}, {"jobs", jobs ? std::to_string(*jobs) : "default"}});
            adopted_[queue] = jobs;
        }
    }
}

Task<> QueueTuning::bring_to_redis(Tuned tuned) {
    queue::Queue queue(parts_.queue_redis,
                       queue::QueueOptions{.name = tuned.queue, .prefix = prefix_}, parts_.wall);
    const auto seen = co_await version_in_redis(queue);
    // A Redis that knows nothing is as the settings have it.
    if (seen == tuned.version || (!seen && tuned.is_default())) {
        co_return;
    }
    const auto change = co_await begin_change(queue);
    if (tuned.concurrency || seen) {
        co_await limit(queue, tuned.concurrency);
    }
    if (tuned.is_paused || seen) {
        co_await hold(queue, tuned.is_paused);
    }
    co_await end_change(queue, change, tuned.version);
}

Task<> QueueTuning::limit(queue::Queue& queue, std::optional<std::int64_t> jobs) {
    if (jobs) {
        co_await queue.set_global_concurrency(*jobs);
    } else {
        co_await queue.remove_global_concurrency();
    }
}

Task<> QueueTuning::hold(queue::Queue& queue, bool is_paused) {
    const bool is_held = co_await queue.is_paused();
    if (is_paused && !is_held) {
        co_await queue.pause();
    } else if (!is_paused && is_held) {
        co_await queue.resume();
    }
}

Task<QueueTuning::Change> QueueTuning::begin_change(const queue::Queue& queue) {
    SecureRandom random;
    Change change{.mark = kDoubt - 1 - std::int64_t{random.below(kMarks)}, .seen = {}};
    std::vector<std::string> keys(1, meta_of(queue));
    redis::Arguments arguments(1, kVersionMember);
    arguments.push_back(std::to_string(change.mark));
    const auto reply =
        co_await parts_.queue_redis.eval(begin_change_, std::move(keys), std::move(arguments));
    change.seen = parse_int(answered(reply).text).value_or(0);
    co_return change;
}

Task<> QueueTuning::end_part(const queue::Queue& queue, Change change, std::int64_t version) {
    co_await end_change(queue, change, change.seen == version - 1 ? version : kDoubt);
    changed_.notify_from_any_thread();
}

Task<> QueueTuning::end_change(const queue::Queue& queue, Change change, std::int64_t version) {
    std::vector<std::string> keys(1, meta_of(queue));
    redis::Arguments arguments(1, kVersionMember);
    arguments.push_back(std::to_string(change.mark));
    arguments.push_back(std::to_string(version));
    arguments.push_back(std::to_string(kDoubt));
    const auto reply =
        co_await parts_.queue_redis.eval(end_change_, std::move(keys), std::move(arguments));
    answered(reply);
}

Task<std::optional<std::int64_t>> QueueTuning::version_in_redis(const queue::Queue& queue) {
    redis::Arguments command(1, "HGET");
    command.push_back(meta_of(queue));
    command.push_back(kVersionMember);
    const auto reply = co_await parts_.queue_redis.command(std::move(command));
    co_return parse_int(answered(reply).text);
}

Task<> QueueTuning::set_concurrency(queue::Queue& queue, std::optional<std::int64_t> jobs) {
    auto keep = [name = queue.name(), jobs, now = parts_.clock.now()](sql::Session& session) {
        return queue_tuning_store::set_concurrency(session, name, jobs, now);
    };
    const auto tuned = co_await parts_.database.write(std::move(keep));
    const auto change = co_await begin_change(queue);
    co_await limit(queue, jobs);
    co_await end_part(queue, change, tuned.version);
}

Task<> QueueTuning::pause(queue::Queue& queue) {
    co_await queue.pause();
    co_await keep_pause(queue, true);
}

Task<> QueueTuning::resume(queue::Queue& queue) {
    co_await queue.resume();
    co_await keep_pause(queue, false);
}

Task<> QueueTuning::keep_pause(queue::Queue& queue, bool is_paused) {
    auto keep = [name = queue.name(), is_paused, now = parts_.clock.now()](sql::Session& session) {
        return queue_tuning_store::set_paused(session, name, is_paused, now);
    };
    std::optional<Tuned> tuned;
    try {
        tuned = co_await parts_.database.write(std::move(keep));
    } catch (const Overloaded& failure) {
        log::warn("operations", "only Redis remembers whether the queue is paused",
                  {{"queue", queue.name()}, {"what", failure.what()}});
        co_return;
    }
    const auto change = co_await begin_change(queue);
    co_await hold(queue, is_paused);  // somebody else may have changed it before SQL was asked
    co_await end_part(queue, change, tuned->version);
}

Task<> QueueTuning::forget(const queue::Queue& queue) {
    auto forget = [name = queue.name()](sql::Session& session) {
        queue_tuning_store::forget(session, name);
    };
    co_await parts_.database.write(std::move(forget));
    changed_.notify_from_any_thread();
}

Task<std::vector<Tuned>> QueueTuning::list() {
    auto all = co_await parts_.database.read(queue_tuning_store::load);
    std::erase_if(all, [](const Tuned& tuned) { return tuned.is_default(); });
    co_return all;
}

}  // namespace tripos::operations
