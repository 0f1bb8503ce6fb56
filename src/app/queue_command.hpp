// SPDX-License-Identifier: MIT
#pragma once
// `tripos queue ...`: asks the control socket's routes of operations/queue_control
// and shows the answers as tables, or as the JSON they are.

#include <cstdint>
#include <optional>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

/// As it was typed. What was not is empty, false or nothing.
/// In place of a number of jobs: as the settings have it.
inline constexpr const char* kDefaultWord = "default";

struct QueueArguments {
    std::string action;  ///< the word after `queue`, for example "stats"; empty: another command
    std::string queue;
    std::string id;
    std::string name;    ///< of the job to add, or of those that a filter means
    std::string reason;  ///< a part of why those failed
    std::string jobs;    ///< concurrency: how many at once, or "default"; empty: it only tells
    std::string as_of;   ///< of a filter: the moment that its count named
    std::optional<std::int64_t> confirm;  ///< of a filter: the number that was counted
    std::string data;                     ///< JSON text; "-": standard input
    std::string state;
    std::string order;
    std::optional<std::int64_t> page;
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> priority;
    std::optional<std::int64_t> delay;  ///< milliseconds
    std::optional<std::int64_t> attempts;
    std::optional<std::int64_t> older_than;  ///< seconds
    std::optional<std::int64_t> count;       ///< of events
    std::optional<std::int64_t> minutes;     ///< of a history
    bool history = false;                    ///< stats: what ended per minute
    bool lifo = false;
    bool all = false;        ///< retry, promote: every job in place of one
    bool delayed = false;    ///< drain: those as well
    bool confirmed = false;  ///< obliterate: without it nothing is done
    bool force = false;      ///< obliterate: although jobs are active
    bool follow = false;     ///< events: go on until Ctrl-C
};

/// Returns the exit code. Throws StartFailure, SystemError.
int run_queue_command(const QueueArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
