// SPDX-License-Identifier: MIT
#pragma once
// `tripos mail ...`: asks the control socket's routes /control/mail/... and shows the
// answers, or with --json as they are.

#include <string>

#include "app/config.hpp"

namespace tripos::app {

/// As it was typed. What was not is empty.
struct MailArguments {
    std::string action;  ///< the word after `mail`, for example "suppress"; empty: another command
    std::string address;
    std::string id;      ///< resend, log: of the mail
    std::string status;  ///< log: only those that stand so
    std::string detail;  ///< suppress: why
    std::string reason;  ///< unsuppress: which entries
};

/// Returns the exit code. Throws StartFailure, SystemError.
int run_mail_command(const MailArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
