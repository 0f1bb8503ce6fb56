// SPDX-License-Identifier: MIT
#pragma once
// What the figures of the history are made of: counters of two moments, and the state at the
// second. Pure, thread-safe.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cache/stats.hpp"
#include "operations/history.hpp"
#include "sql/database.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::operations {

/// How many durations were at most so long, by their bound; the last bound is infinite.
using Buckets = std::map<double, double>;

/// Everything a sample needs, at one moment.
struct Totals {
    std::chrono::steady_clock::time_point taken{};
    double requests = 0;
    double errors = 0;  ///< of the requests, those that were answered with 5xx
    Buckets request_times;
    std::map<std::string, Buckets> class_times;  ///< of those, by route_class()
    Buckets delivery_times;                      ///< of mails that somebody waits for
    std::map<std::string, Buckets> mail_times;   ///< of all mails, by their class
    Buckets commit_times;
    double saves = 0;
    std::optional<double> running;    ///< attempts
    std::optional<double> disk_free;  ///< 0 to 1
    double redis_latency = 0;         ///< seconds
    double hits = 0;                  ///< of lookups in the cache
    double lookups = 0;
    double lane_writes = 0;
    double lane_wait = 0;  ///< seconds, of all of those together
    double queue_jobs = 0;
    double queue_oldest = 0;   ///< seconds
    double outbox_oldest = 0;  ///< seconds
    double redis_clients = 0;
    double redis_keys = 0;
    double redis_commands = 0;
    double redis_evicted = 0;
    double log_bytes = 0;
    std::optional<double> redis_memory;  ///< bytes; nothing: no server was reached
};

/// The metrics that read_totals() wants to see.
const std::set<std::string>& history_metrics();
/// `taken` is left to the caller.
Totals read_totals(const std::vector<MetricReading>& readings, const cache::Stats& cache,
                   const sql::DatabaseStats& database);

/// What happened between the two, and how things stand at the second. `at` is left to the caller.
Sample sample_between(const Totals& before, const Totals& now);

/// The duration that `share` (0 to 1) of those between the two did not exceed, taken as evenly
/// spread between two bounds; nothing: there was none.
std::optional<double> quantile_between(const Buckets& before, const Buckets& now, double share);

}  // namespace tripos::operations
