// SPDX-License-Identifier: MIT
#pragma once
// `tripos user ...`: asks the control socket and prints the answer.

#include "app/config.hpp"
#include "app/user_arguments.hpp"

namespace tripos::app {

/// Returns the exit code. Throws StartFailure, SystemError.
int run_user_command(const UserArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
