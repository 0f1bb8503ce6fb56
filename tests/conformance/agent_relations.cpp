// SPDX-License-Identifier: MIT
#include "agent_relations.hpp"

#include "async/io_threads.hpp"
#include "core/error.hpp"

namespace tripos::queue::agent {
namespace {

/// As Node's FlowProducer takes it: name, queueName, data, opts, children.
FlowJob read_flow(const json::object& request) {
    NewJob job = read_new_job(request);
    FlowJob flow{.name = std::move(job.name), .queue = text_or(request, "queueName")};
    flow.data = std::move(job.data);
    flow.options = std::move(job.options);
    if (const json::value* children = request.if_contains("children")) {
        for (const json::value& child : children->as_array()) {
            flow.children.push_back(read_flow(child.as_object()));
        }
    }
    return flow;
}

json::object write_node(const FlowNode& node) {
    json::object object;
    object["id"] = node.id;
    object["queueName"] = node.queue;
    json::array children;
    for (const FlowNode& child : node.children) {
        children.emplace_back(write_node(child));
    }
    object["children"] = std::move(children);
    return object;
}

json::object write_tree(const FlowTree& tree) {
    json::object object = write_job(tree.job);
    object["queueName"] = tree.queue;
    json::array children;
    for (const FlowTree& child : tree.children) {
        children.emplace_back(write_tree(child));
    }
    object["children"] = std::move(children);
    return object;
}

json::object write_children(const Children& children) {
    json::object values;
    for (const auto& [key, value] : children.values) {
        values[key] = json::parse(value);
    }
    json::object object;
    object["values"] = std::move(values);
    object["ignored"] = json::value_from(children.ignored);
    object["failed"] = json::value_from(children.failed);
    object["pending"] = json::value_from(children.pending);
    return object;
}

template <class T>
T require(Result<T> result) {
    if (!result) {
        throw SystemError("agent", result.error().message);
    }
    return std::move(*result);
}

}  // namespace

void offer_relations(Calls& calls, Queue& queue, FlowProducer& flows, asio::io_context& context) {
    const auto wait = [&context](auto task) { return run_blocking(context, std::move(task)); };
    calls["addFlow"] = [&flows, wait](const json::object& request) {
        const FlowNode added = require(wait(flows.add(read_flow(request.at("flow").as_object()))));
        return json::value(write_node(added));
    };
    calls["getFlow"] = [&queue, &flows, wait](const json::object& request) {
        const FlowQuery query{.id = text_or(request, "jobId"), .queue = queue.name()};
        const std::optional<FlowTree> tree = wait(flows.get_flow(query));
        return tree ? json::value(write_tree(*tree)) : json::value(nullptr);
    };
    calls["children"] = [&queue, wait](const json::object& request) {
        return json::value(write_children(wait(queue.children(text_or(request, "jobId")))));
    };
    calls["removeUnprocessedChildren"] = [&queue, wait](const json::object& request) {
        const auto id = text_or(request, "jobId");
        return json::value(require(wait(queue.remove_unprocessed_children(id))));
    };
    calls["removeChildDependency"] = [&queue, wait](const json::object& request) {
        return json::value(require(wait(queue.remove_child_dependency(text_or(request, "jobId")))));
    };
    calls["getDeduplicationJobId"] = [&queue, wait](const json::object& request) {
        const auto owner = wait(queue.deduplication_job_id(text_or(request, "deduplicationId")));
        return owner ? json::value(*owner) : json::value(nullptr);
    };
    calls["removeDeduplicationKey"] = [&queue, wait](const json::object& request) {
        const auto id = text_or(request, "deduplicationId");
        return json::value(wait(queue.remove_deduplication_key(id)));
    };
}

}  // namespace tripos::queue::agent
