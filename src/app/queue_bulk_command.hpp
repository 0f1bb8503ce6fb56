// SPDX-License-Identifier: MIT
#pragma once
// `tripos queue retry`, `promote` and `remove` of all jobs that a filter means: counted first, and
// done when the number is given back (docs/queue-admin.md).

#include "app/control_session.hpp"
#include "app/queue_command.hpp"

namespace tripos::app {

/// Neither one job nor all of them.
bool is_bulk(const QueueArguments& arguments);
/// Without a confirmation it only counts and says how to go on. The exit code.
int run_queue_bulk(const QueueArguments& arguments, bool as_json, ControlSession& session);

}  // namespace tripos::app
