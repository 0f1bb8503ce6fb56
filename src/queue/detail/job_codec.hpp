// SPDX-License-Identifier: MIT
#pragma once
// Jobs as Redis stores them: the option object and the job hash, in BullMQ's names
// (docs/queue-protocol.md). Reading is tolerant: a foreign producer's job must never stop a worker.
// Pure functions, thread-safe.

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "queue/job.hpp"
#include "redis/reply.hpp"

namespace tripos::queue::detail {

/// Of a backoff, and of a pause: beyond it the scores of delayed jobs would lose their order.
inline constexpr std::chrono::milliseconds kLongestDelay = std::chrono::hours(366 * 24);

std::string serialise_options(const JobOptions& options);

/// Unknown members, wrong types and malformed text read as if they were absent.
JobOptions parse_options(std::string_view json);

/// Sets what a field of the stored hash says; unknown names say nothing.
void read_field(Job& job, std::string_view name, std::string_view text);

/// `fields`: names and values in turn, as HGETALL answers.
Job read_job(std::string id, std::span<const redis::Reply> fields);

/// The stored traces plus a new one, as JSON; `limit` keeps the newest.
std::string append_stacktrace(const Job& job, const std::string& trace);

}  // namespace tripos::queue::detail
