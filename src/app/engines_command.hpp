// SPDX-License-Identifier: MIT
#pragma once
// `tripos engines`: how Redis and the database of a running server do, which statements were the
// slowest, and how long requests of each class take. Blocking.

#include "app/config.hpp"

namespace tripos::app {

/// Returns the exit code. Throws StartFailure, SystemError.
int run_engines_command(bool as_json, const Config& config);

}  // namespace tripos::app
