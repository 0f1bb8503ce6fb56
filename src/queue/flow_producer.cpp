// SPDX-License-Identifier: MIT
#include "queue/flow_producer.hpp"

#include <set>
#include <span>

#include "queue/detail/flow_plan.hpp"
#include "queue/detail/job_codec.hpp"
#include "queue/detail/queue_impl.hpp"
#include "queue/detail/relations.hpp"

namespace tripos::queue {

using detail::FlowPlan;
using detail::JobKey;
using detail::PlannedJob;

namespace {

void append(std::vector<std::string>& arguments, const PlannedJob& planned,
            const std::string& added_at) {
    const JobOptions& options = planned.job.options;
    arguments.push_back(std::to_string(planned.queue + 1));
    Queue::Impl::append_job(arguments, planned.job, added_at);
    arguments.push_back(planned.has_children ? "1" : "");
    arguments.push_back(options.parent ? detail::key_of(*options.parent) : "");
    arguments.push_back(options.parent ? detail::parent_field(*options.parent, options.on_failure)
                                       : "");
}

Error flow_refused(std::int64_t code, const PlannedJob& planned) {
    const JobOptions& options = planned.job.options;
    if (code == -5) {
        return not_found("The parent " + detail::key_of(*options.parent) + " is gone.");
    }
    return detail::refused(code, options.job_id);
}

std::vector<JobKey> sorted_keys(std::span<const redis::Reply> replies) {
    std::set<std::string> keys;
    for (const redis::Reply& reply : replies) {
        for (const redis::Reply& key : detail::require(reply).elements) {
            keys.insert(key.text);
        }
    }
    std::vector<JobKey> found;
    for (const std::string& key : keys) {
        if (std::optional<JobKey> parsed = detail::parse_job_key(key)) {
            found.push_back(std::move(*parsed));
        }
    }
    return found;
}

}  // namespace

class FlowProducer::Impl {
  public:
    Impl(redis::Client& client, FlowProducerOptions options, const Clock& clock, Random& random)
        : client_(client), options_(std::move(options)), clock_(clock), random_(random) {}

    Task<Result<std::vector<FlowNode>>> add(std::vector<FlowJob> flows);
    Task<std::optional<FlowTree>> read(JobKey key, std::size_t depth, std::size_t max_children);

    redis::Client& client_;
    const FlowProducerOptions options_;
    const Clock& clock_;
    Random& random_;
};

Task<Result<std::vector<FlowNode>>> FlowProducer::Impl::add(std::vector<FlowJob> flows) {
    const Timestamp now = clock_.now();
    const detail::FlowRules rules{.options = options_, .now = now, .random = random_};
    Result<FlowPlan> plan = detail::plan_flows(std::move(flows), rules);
    if (!plan) {
        co_return plan.error();
    }
    const std::string added_at = std::to_string(to_millis(now));
    std::vector<std::string> arguments(1, added_at);
    arguments.push_back(std::to_string(options_.max_events));
    for (const PlannedJob& planned : plan->jobs) {
        append(arguments, planned, added_at);
    }
    std::vector<std::string> bases = plan->bases;
    const redis::Reply reply =
        co_await client_.eval(detail::scripts().add_flow, std::move(bases), std::move(arguments));
    if (const std::int64_t code = reply.elements.at(0).integer; code != 0) {
        const auto place = static_cast<std::size_t>(reply.elements.at(1).integer);
        co_return flow_refused(code, plan->jobs.at(place - 1));
    }
    co_return std::move(plan->roots);
}

Task<std::optional<FlowTree>> FlowProducer::Impl::read(JobKey key, std::size_t depth,
                                                       std::size_t max_children) {
    const std::string job_key = key.prefix + ":" + key.queue + ":" + key.id;
    const std::string most = std::to_string(max_children);
    std::vector<redis::Arguments> commands(5);
    commands[0] = {"HGETALL", job_key};
    commands[1] = {"HRANDFIELD", job_key + ":processed", most};
    commands[2] = {"HRANDFIELD", job_key + ":failed", most};
    commands[3] = {"SRANDMEMBER", job_key + ":dependencies", most};
    commands[4] = {"ZRANDMEMBER", job_key + ":unsuccessful", most};
    const std::vector<redis::Reply> replies = co_await client_.pipeline(std::move(commands));
    const redis::Reply& hash = detail::require(replies.at(0));
    if (hash.elements.empty()) {
        co_return std::nullopt;
    }
    FlowTree tree;
    tree.job = detail::read_job(key.id, hash.elements);
    tree.queue = std::move(key.queue);
    tree.prefix = std::move(key.prefix);
    if (depth > 1) {
        for (JobKey& child : sorted_keys(std::span(replies).subspan(1))) {
            std::optional<FlowTree> below =
                co_await read(std::move(child), depth - 1, max_children);
            if (below) {
                tree.children.push_back(std::move(*below));
            }
        }
    }
    co_return tree;
}

FlowProducer::FlowProducer(redis::Client& client, FlowProducerOptions options, const Clock& clock,
                           Random& random)
    : impl_(std::make_unique<Impl>(client, std::move(options), clock, random)) {}

FlowProducer::~FlowProducer() = default;

Task<Result<FlowNode>> FlowProducer::add(FlowJob flow) {
    std::vector<FlowJob> one(1, std::move(flow));
    Result<std::vector<FlowNode>> added = co_await impl_->add(std::move(one));
    if (!added) {
        co_return added.error();
    }
    co_return std::move(added->front());
}

Task<Result<std::vector<FlowNode>>> FlowProducer::add_bulk(std::vector<FlowJob> flows) {
    return impl_->add(std::move(flows));
}

Task<std::optional<FlowTree>> FlowProducer::get_flow(FlowQuery query) {
    JobKey key{.prefix = query.prefix.empty() ? impl_->options_.prefix : std::move(query.prefix),
               .queue = std::move(query.queue),
               .id = std::move(query.id)};
    return impl_->read(std::move(key), query.depth, query.max_children);
}

}  // namespace tripos::queue
