// SPDX-License-Identifier: MIT
#pragma once
// The jobs that end in one call of lua/finish_jobs.lua, as its arguments: jobs that end alike, that
// is in the same state and kept by the same rule, form a group. Pure function, thread-safe.

#include <span>
#include <string>
#include <vector>

#include "queue/detail/settlement.hpp"

namespace tripos::queue::detail {

/// Lifetime: what it refers to outlives the call it is used for.
struct Ending {
    const Job& job;
    const std::string& token;
    const Settlement& settlement;  ///< completed or failed
    Retention keep;
};

/// Appends the groups. Returns the places in `endings` in the order of the result codes.
std::vector<std::size_t> append_endings(std::vector<std::string>& arguments,
                                        std::span<const Ending> endings);

}  // namespace tripos::queue::detail
