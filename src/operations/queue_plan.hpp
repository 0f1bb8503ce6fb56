// SPDX-License-Identifier: MIT
#pragma once
// What of a queue comes again, and what its jobs wait for: schedulers, parents, children, as the
// administration's answers show them. The coroutine borrows the queue and throws as it does.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "http/message.hpp"
#include "http/schema.hpp"
#include "queue/queue.hpp"

namespace tripos::operations {

/// `data` with the schedulers, the next run first; at most 200.
Task<http::Reply> answer_schedulers(queue::Queue& queue);

/// A job of any queue by its full key, "<prefix>:<queue>:<id>": {queue, id}. Nothing: another
/// prefix.
boost::json::value job_reference(const std::string& key, const std::string& prefix);
/// Those of a job: {queue, id, outcome} each, at most 100.
Task<boost::json::array> children_of(queue::Queue& queue, std::string id);

namespace shapes {

http::Schema scheduler();
http::Schema job_reference();
http::Schema child();

}  // namespace shapes

}  // namespace tripos::operations
