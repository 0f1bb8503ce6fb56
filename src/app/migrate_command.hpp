// SPDX-License-Identifier: MIT
#pragma once
// `tripos migrate --plan`: what a start of this program would do to the database; beside a running
// server too, which may be of an older release. Changes nothing. Blocking.

#include "app/config.hpp"

namespace tripos::app {

/// Returns the exit code. Throws StartFailure, SystemError: the database is newer than this
/// program.
int run_migrate_command(bool as_json, const Config& config);

}  // namespace tripos::app
