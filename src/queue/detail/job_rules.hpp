// SPDX-License-Identifier: MIT
#pragma once
// What a producer may add, checked before Redis is touched. Pure functions, thread-safe.

#include <string_view>

#include "core/result.hpp"
#include "queue/queue.hpp"

namespace tripos::queue::detail {

/// No ':' and not empty; UTF-8.
bool is_queue_name(std::string_view name);

/// An id of the caller's own: not a number as the counter makes them, no ':', not the name of a key
/// of the queue.
bool is_job_id(std::string_view id);

/// Whether only the queue's counter can have given the id: no job is added under it a second time.
bool is_generated_id(std::string_view id);

/// 0 to 2097151.
bool is_priority(std::int64_t priority);

/// The options and the data of one job. Requires: defaults are merged in.
Result<> check_job(const NewJob& job);

/// Fields of `options` that are at their default take the value of `defaults`.
JobOptions with_defaults(JobOptions options, const JobOptions& defaults);

}  // namespace tripos::queue::detail
