// SPDX-License-Identifier: MIT
#pragma once
// Commands: what the program does for each thing that can be typed.

#include "app/command_line.hpp"
#include "app/config.hpp"

namespace tripos::app {

/// Runs the command and returns the exit code. Requires: no problem in `loaded`, unless the command
/// is config. Throws StartFailure, SystemError.
int run_command(const CommandLine& line, LoadedConfig loaded);

}  // namespace tripos::app
