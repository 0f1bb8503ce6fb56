// SPDX-License-Identifier: MIT
#pragma once
// The calls of queue_agent about what ties jobs together: flows and deduplication.

#include <functional>
#include <map>
#include <string>

#include "agent_json.hpp"
#include "queue/flow_producer.hpp"

namespace tripos::queue::agent {

using Calls = std::map<std::string, std::function<json::value(const json::object& request)>>;

/// Called from a thread that does not run `context`; all arguments outlive `calls`.
void offer_relations(Calls& calls, Queue& queue, FlowProducer& flows, asio::io_context& context);

}  // namespace tripos::queue::agent
