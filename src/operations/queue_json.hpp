// SPDX-License-Identifier: MIT
#pragma once
// Queues and jobs as the administration's answers show them, and the shapes of that for the API
// description: BullMQ's names, instants in ISO 8601.
// The body of a mail is never shown, sealed or not: it may carry a log-in link. Pure functions,
// thread-safe.

#include <boost/json/object.hpp>

#include "http/schema.hpp"
#include "operations/queue_admin.hpp"

namespace tripos::operations {

/// name, paused, counts.
boost::json::object to_json(const QueueSummary& summary);
/// What a listing says of a job; its payload only by size.
boost::json::object to_json(const StatedJob& stated);
/// All of a job: also data, opts, return value and stack trace. `is_mail`: of the mail queue.
boost::json::object to_full_json(const StatedJob& stated, bool is_mail);
boost::json::object to_json(const QueueEvent& event);
boost::json::object tuned_json(const Tuned& tuned);

namespace shapes {

http::Schema job_state();
http::Members queue_summary();
http::Schema queue();
http::Schema queue_history();
http::Schema job();
http::Schema full_job();

}  // namespace shapes

}  // namespace tripos::operations
