// SPDX-License-Identifier: MIT
#pragma once
// What a job's keys say about its children.

#include <string>

#include "queue/job.hpp"
#include "redis/client.hpp"

namespace tripos::queue::detail {

/// Of the job with this full key; all empty when there is none.
Task<Children> read_children(redis::Client& client, std::string job_key);

}  // namespace tripos::queue::detail
