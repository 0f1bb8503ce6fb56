// SPDX-License-Identifier: MIT
#pragma once
// What lua/lib/fetch.lua answers: the jobs it has moved to active, and when to ask again. Pure
// function, thread-safe.

#include <optional>
#include <vector>

#include "queue/job.hpp"
#include "redis/reply.hpp"

namespace tripos::queue::detail {

struct FetchedJob {
    Job job;
    std::string stored_options;  ///< as text, of a job scheduler's run: the next is made from them
};

struct Fetched {
    std::int64_t next_due = 0;       ///< ms of the earliest delayed job; 0: none
    std::int64_t limit_ttl = 0;      ///< ms until the rate limit ends; 0: not limited
    std::vector<FetchedJob> jobs{};  ///< as they were stored before this start
};

/// Nothing when the script could not fetch. Throws SystemError for what no script of ours answers.
std::optional<Fetched> read_fetched(const redis::Reply& reply);

}  // namespace tripos::queue::detail
