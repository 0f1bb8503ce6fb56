// SPDX-License-Identifier: MIT
#pragma once
// How queue_agent reads its requests and shows what it found: jobs and options in Node's names.
// Pure functions, thread-safe; malformed requests throw.

#include <boost/json.hpp>
#include <string>

#include "queue/queue.hpp"
#include "queue/queue_events.hpp"
#include "queue/worker.hpp"

namespace tripos::queue::agent {

namespace json = boost::json;

std::int64_t number_or(const json::object& object, std::string_view name, std::int64_t fallback);
std::string text_or(const json::object& object, std::string_view name,
                    const std::string& fallback = {});
std::chrono::milliseconds millis_or(const json::object& object, std::string_view name,
                                    std::int64_t fallback);

/// "name", "data", and "opts" as Node's add takes them.
NewJob read_new_job(const json::object& request);
/// What `work` says: "concurrency", "lock", "stalled", "maxStalled", "drain" (ms), "limiter",
/// "removeOnComplete", "removeOnFail", "name".
void read_worker_options(const json::object& request, WorkerOptions& options);

json::object write_job(const Job& job);
json::object write_event(const QueueEvent& event);

}  // namespace tripos::queue::agent
