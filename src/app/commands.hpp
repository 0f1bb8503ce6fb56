// SPDX-License-Identifier: MIT
#pragma once
// Commands: what the program does for each thing that can be typed.

#include "app/command_line.hpp"
#include "app/config.hpp"

namespace tripos::app {

/// Runs the command and returns the exit code. Throws StartFailure, SystemError.
int run_command(const CommandLine& line, Config config);

}  // namespace tripos::app
