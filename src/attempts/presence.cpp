// SPDX-License-Identifier: MIT
#include "attempts/presence.hpp"

#include <charconv>

#include "async/with_timeout.hpp"
#include "core/error.hpp"

namespace tripos::attempts {

namespace {

constexpr std::chrono::seconds kRound{1};
constexpr std::size_t kFieldsAtOnce = 500;
constexpr const char* kLifetime = "86400";  // seconds

std::vector<std::vector<std::string>> commands_for(const std::string& key, const Seen& seen) {
    std::vector<std::vector<std::string>> commands;
    std::size_t fields = kFieldsAtOnce;
    for (const auto& [user_id, at] : seen) {
        if (fields == kFieldsAtOnce) {
            commands.push_back({"HSET", key});
            fields = 0;
        }
        commands.back().push_back(user_id);
        commands.back().push_back(std::to_string(to_millis(at)));
        ++fields;
    }
    commands.push_back({"EXPIRE", key, kLifetime});
    return commands;
}

}  // namespace

Presence::Presence(redis::Client* redis, std::string prefix, asio::io_context& context)
    : redis_(redis),
      prefix_(std::move(prefix)),
      pause_(context.get_executor()),
      tasks_(context.get_executor()) {}

void Presence::start() {
    tasks_.spawn("attempts.presence", run());
}

Task<> Presence::stop() {
    co_await tasks_.stop();
}

void Presence::mark(const std::string& exam_id, const std::string& user_id, Timestamp at) {
    auto& shard = shards_[std::hash<std::string>()(user_id) % shards_.size()];
    const std::lock_guard lock(shard.mutex);
    auto& seen = shard.marks[exam_id][user_id];
    seen = std::max(seen, at);
}

Presence::Marks Presence::take() {
    Marks all;
    for (auto& shard : shards_) {
        Marks marks;
        {
            const std::lock_guard lock(shard.mutex);
            marks.swap(shard.marks);
        }
        for (auto& [exam_id, seen] : marks) {
            all[exam_id].merge(seen);
        }
    }
    return all;
}

Task<> Presence::run() {
    for (;;) {
        co_await pause_.wait_for(kRound);
        co_await flush();
    }
}

Task<> Presence::flush() {
    const auto marks = take();
    for (const auto& [exam_id, seen] : marks) {
        std::vector<redis::Reply> ignored;
        const bool told = co_await ask(commands_for(prefix_ + "seen:" + exam_id, seen), ignored);
        if (!told) {
            co_return;  // the next round tells what is new by then
        }
    }
}

Task<std::optional<Seen>> Presence::of(std::string exam_id) {
    std::vector<std::vector<std::string>> commands;
    commands.push_back({"HGETALL", prefix_ + "seen:" + exam_id});
    std::vector<redis::Reply> replies;
    const bool told = co_await ask(std::move(commands), replies);
    if (!told || replies.empty() || replies.front().is_error()) {
        co_return std::nullopt;
    }
    Seen seen;
    const auto& elements = replies.front().elements;
    for (std::size_t i = 0; i + 1 < elements.size(); i += 2) {
        const auto& text = elements[i + 1].text;
        std::int64_t millis = 0;
        std::from_chars(text.data(), text.data() + text.size(), millis);
        seen.emplace(elements[i].text, from_millis(millis));
    }
    co_return seen;
}

Task<bool> Presence::ask(std::vector<std::vector<std::string>> commands,
                         std::vector<redis::Reply>& replies) {
    if (redis_ == nullptr) {
        co_return false;
    }
    try {
        co_return co_await with_timeout(kPatience, pipeline(std::move(commands), replies));
    } catch (const SystemError&) {
        // Who looks is told that it is not known.
    }
    co_return false;
}

Task<> Presence::pipeline(std::vector<std::vector<std::string>> commands,
                          std::vector<redis::Reply>& replies) {
    replies = co_await redis_->pipeline(std::move(commands));
}

}  // namespace tripos::attempts
