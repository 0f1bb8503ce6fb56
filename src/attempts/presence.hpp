// SPDX-License-Identifier: MIT
#pragma once
// Presence: when each candidate who sits an exam last asked for something. Processes tell Redis in
// batches, once a second: <prefix>seen:<exam>, a hash from candidate to milliseconds, for a day.
// It is no evidence, and nothing else depends on it: what Redis does not take is dropped.

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "core/clock.hpp"
#include "redis/client.hpp"

namespace tripos::attempts {

/// By candidate.
using Seen = std::unordered_map<std::string, Timestamp>;

/// mark() and of() from any thread; the rest on the context given.
class Presence {
  public:
    /// How long Redis may take.
    static constexpr std::chrono::milliseconds kPatience{500};

    /// `redis` null: nobody is ever seen. All outlive it.
    Presence(redis::Client* redis, std::string prefix, asio::io_context& context);

    void start();
    Task<> stop();

    /// Requires: the candidate has an attempt at the exam, or strangers would fill the memory.
    void mark(const std::string& exam_id, const std::string& user_id, Timestamp at);
    /// Tells Redis what was marked since; start() does it every second.
    Task<> flush();
    /// Nothing: Redis is away, or late.
    Task<std::optional<Seen>> of(std::string exam_id);

  private:
    using Marks = std::unordered_map<std::string, Seen>;  ///< by exam
    struct Shard {
        std::mutex mutex;
        Marks marks;
    };

    Marks take();
    Task<> run();
    /// False: Redis is away, or late.
    Task<bool> ask(std::vector<std::vector<std::string>> commands,
                   std::vector<redis::Reply>& replies);
    Task<> pipeline(std::vector<std::vector<std::string>> commands,
                    std::vector<redis::Reply>& replies);

    redis::Client* const redis_;
    const std::string prefix_;
    std::array<Shard, 16> shards_;
    Event pause_;
    TaskGroup tasks_;
};

}  // namespace tripos::attempts
