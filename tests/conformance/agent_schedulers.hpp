// SPDX-License-Identifier: MIT
#pragma once
// The calls of queue_agent about job schedulers.

#include "agent_relations.hpp"
#include "queue/job_schedulers.hpp"

namespace tripos::queue::agent {

/// As offer_relations.
void offer_schedulers(Calls& calls, JobSchedulers& schedulers, asio::io_context& context);

}  // namespace tripos::queue::agent
