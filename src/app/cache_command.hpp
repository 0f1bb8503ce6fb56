// SPDX-License-Identifier: MIT
#pragma once
// CacheCommand: `tripos cache ...`. Asks the control socket's routes of operations/cache_control
// and shows the answers as tables, or as the JSON they are.

#include "app/cache_arguments.hpp"
#include "app/config.hpp"

namespace tripos::app {

/// Returns the exit code. Throws StartFailure, SystemError.
int run_cache_command(const CacheArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
