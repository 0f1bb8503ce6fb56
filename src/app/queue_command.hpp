// SPDX-License-Identifier: MIT
#pragma once
// QueueCommand: `tripos queue ...`. Asks the control socket's routes of operations/queue_control
// and shows the answers as tables, or as the JSON they are.

#include "app/config.hpp"
#include "app/queue_arguments.hpp"

namespace tripos::app {

/// Returns the exit code. Throws StartFailure, SystemError.
int run_queue_command(const QueueArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
