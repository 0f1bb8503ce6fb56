// SPDX-License-Identifier: MIT
#pragma once
// FlowPlan: a flow as a list of jobs, every parent before its children, checked. Pure, thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "queue/flow_producer.hpp"

namespace tripos::queue::detail {

struct PlannedJob {
    std::size_t queue = 0;  ///< place among the plan's bases
    NewJob job;             ///< complete: id, defaults, parent
    bool has_children = false;
};

struct FlowPlan {
    std::vector<std::string> bases;  ///< "<prefix>:<queue>:" of each queue once
    std::vector<PlannedJob> jobs;
    std::vector<FlowNode> roots;  ///< what was planned, as the caller sees it
};

struct FlowRules {
    const FlowProducerOptions& options;
    Timestamp now;
    Random& random;  ///< for the ids of jobs that have none
};

/// An Error names the job.
Result<FlowPlan> plan_flows(std::vector<FlowJob> flows, const FlowRules& rules);

/// "<prefix>:<queue>:<id>" in its parts, split at its last two colons as BullMQ 6 does.
struct JobKey {
    std::string prefix;
    std::string queue;
    std::string id;
};
std::optional<JobKey> parse_job_key(std::string_view key);

}  // namespace tripos::queue::detail
