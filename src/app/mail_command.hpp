// SPDX-License-Identifier: MIT
#pragma once
// MailCommand: `tripos mail ...`. Asks the control socket's routes /control/mail/... and shows the
// answers, or with --json as they are.

#include "app/config.hpp"
#include "app/mail_arguments.hpp"

namespace tripos::app {

/// Returns the exit code. Throws StartFailure, SystemError.
int run_mail_command(const MailArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
