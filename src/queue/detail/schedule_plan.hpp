// SPDX-License-Identifier: MIT
#pragma once
// What the runs of a job scheduler are: the checks, the stored form, and from one run the next.
// Pure functions, thread-safe.

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "queue/job_schedulers.hpp"

namespace tripos::queue::detail {

/// Requires: the queue's defaults are merged into the template.
Result<> check_scheduler(std::string_view id, const RepeatOptions& repeat, const JobTemplate& job,
                         Timestamp now);

/// The first run by a pattern. An Error: the pattern or the zone is not acceptable, or it never
/// fires.
Result<Timestamp> first_by_pattern(const RepeatOptions& repeat, Timestamp now);

/// The stored definition: names and values in turn, without the offset of an interval.
std::vector<std::string> write_definition(const RepeatOptions& repeat, const JobTemplate& job);
/// Fields that cannot be read are at their default.
JobScheduler read_definition(std::string id, const std::map<std::string, std::string>& fields);

/// The options of a first run, JSON, without its id and delay; `at`: when it is, by a pattern.
std::string first_run_options(const std::string& id, const RepeatOptions& repeat,
                              const JobTemplate& job, Timestamp now, std::optional<Timestamp> at);

/// The run after a fetched one.
struct NextRun {
    std::optional<Timestamp> at;  ///< by a pattern; nothing: by the interval
    std::string every;            ///< ms, as the fetched run has it, or empty
    std::string offset;
    std::string end;
    std::string options;  ///< JSON, without id and delay
};

/// From the fetched run's stored options. Nothing: it was the last. An Error: they cannot be
/// continued, for example a pattern of a strategy that only Node knows.
Result<std::optional<NextRun>> plan_next_run(std::string_view stored_options, Timestamp now);

}  // namespace tripos::queue::detail
