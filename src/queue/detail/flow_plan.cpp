// SPDX-License-Identifier: MIT
#include "queue/detail/flow_plan.hpp"

#include <algorithm>
#include <set>

#include "core/id.hpp"
#include "queue/detail/job_rules.hpp"
#include "queue/detail/relations.hpp"

namespace tripos::queue::detail {
namespace {

constexpr std::size_t kMostJobs = 5'000;  // in one script: some 100 ms of the server's time
constexpr std::size_t kMostLevels = 100;

class Planner {
  public:
    explicit Planner(const FlowRules& rules) : rules_(rules) {}

    /// The job and its children; `parent` is nothing for a root, which may have one of its own.
    Result<FlowNode> plan(FlowJob flow, const ParentReference* parent, std::size_t level);

    FlowPlan result;

  private:
    Result<> check(const FlowJob& flow, const ParentReference* parent, std::size_t level) const;
    NewJob complete(FlowJob& flow, const ParentReference* parent) const;
    std::size_t place_of(const std::string& base);

    const FlowRules& rules_;
    std::set<std::string> keys_;
};

Error about(const std::string& name, const std::string& problem) {
    return invalid_field("flow", "Job \"" + name + "\" of the flow: " + problem);
}

Result<> Planner::check(const FlowJob& flow, const ParentReference* parent,
                        std::size_t level) const {
    if (!is_queue_name(flow.queue)) {
        return about(flow.name, "the name of its queue must not be empty or contain ':'.");
    }
    if (flow.options.deduplication) {
        return about(flow.name, "jobs of a flow cannot be deduplicated.");
    }
    if (parent != nullptr && flow.options.parent) {
        return about(flow.name, "the parent of a child is given by its place.");
    }
    if (level > kMostLevels || result.jobs.size() >= kMostJobs) {
        return about(flow.name,
                     "a call adds at most 5000 jobs in 100 levels; add the rest with "
                     "the option parent.");
    }
    return {};
}

NewJob Planner::complete(FlowJob& flow, const ParentReference* parent) const {
    NewJob job;
    job.name = std::move(flow.name);
    job.data = std::move(flow.data);
    job.options = std::move(flow.options);
    const auto defaults = rules_.options.default_job_options.find(flow.queue);
    if (defaults != rules_.options.default_job_options.end()) {
        job.options = with_defaults(std::move(job.options), defaults->second);
    }
    if (job.options.job_id.empty()) {
        job.options.job_id = new_id(rules_.now, rules_.random);
    }
    if (parent != nullptr) {
        job.options.parent = *parent;
    }
    return job;
}

std::size_t Planner::place_of(const std::string& base) {
    const auto found = std::find(result.bases.begin(), result.bases.end(), base);
    const auto place = static_cast<std::size_t>(found - result.bases.begin());
    if (found == result.bases.end()) {
        result.bases.push_back(base);
    }
    return place;
}

Result<FlowNode> Planner::plan(FlowJob flow, const ParentReference* parent, std::size_t level) {
    if (const Result<> fine = check(flow, parent, level); !fine) {
        return fine.error();
    }
    FlowNode node{.queue = flow.queue,
                  .prefix = flow.prefix.empty() ? rules_.options.prefix : flow.prefix};
    std::vector<FlowJob> children = std::move(flow.children);
    PlannedJob planned{.job = complete(flow, parent), .has_children = !children.empty()};
    node.id = planned.job.options.job_id;
    if (const Result<> fine = check_job(planned.job); !fine) {
        return about(planned.job.name, fine.error().message);
    }
    const ParentReference reference{.id = node.id, .queue = node.prefix + ":" + node.queue};
    if (!keys_.insert(key_of(reference)).second) {
        return about(planned.job.name, "the id " + node.id + " is there twice.");
    }
    planned.queue = place_of(reference.queue + ":");
    result.jobs.push_back(std::move(planned));
    for (FlowJob& child : children) {
        Result<FlowNode> below = plan(std::move(child), &reference, level + 1);
        if (!below) {
            return below.error();
        }
        node.children.push_back(std::move(*below));
    }
    return node;
}

}  // namespace

Result<FlowPlan> plan_flows(std::vector<FlowJob> flows, const FlowRules& rules) {
    Planner planner(rules);
    for (FlowJob& flow : flows) {
        Result<FlowNode> root = planner.plan(std::move(flow), nullptr, 1);
        if (!root) {
            return root.error();
        }
        planner.result.roots.push_back(std::move(*root));
    }
    return std::move(planner.result);
}

std::optional<JobKey> parse_job_key(std::string_view key) {
    const std::size_t id = key.rfind(':');
    const std::size_t queue = id == 0 || id == std::string_view::npos ? id : key.rfind(':', id - 1);
    if (id == std::string_view::npos || queue == std::string_view::npos || queue == id) {
        return std::nullopt;
    }
    return JobKey{.prefix = std::string(key.substr(0, queue)),
                  .queue = std::string(key.substr(queue + 1, id - queue - 1)),
                  .id = std::string(key.substr(id + 1))};
}

}  // namespace tripos::queue::detail
