// SPDX-License-Identifier: MIT
#pragma once
// Acts on many jobs of a queue: all that a filter means as of a moment. The first request counts
// and does nothing; the second names that moment and that number again, and is refused when they
// are other jobs by then. A request does a slice, so that whoever asks sees how it goes.
//
//   POST /api/admin/queues/:name/bulk  {act, state, name?, reason?, asOf?, confirm?}
//        -> done, skipped, left; 409 not_confirmed: count, complete, asOf

#include "http/json_body.hpp"
#include "http/operation.hpp"
#include "operations/queue_filter.hpp"

namespace tripos::operations {

/// Stateless; borrows the queue and the body.
Task<http::Reply> answer_bulk(queue::Queue& queue, http::BodyReader& body, Timestamp now);

/// What the description says of it.
http::Operation describe_bulk();

}  // namespace tripos::operations
