// SPDX-License-Identifier: MIT
#pragma once
// MailArguments: `tripos mail ...` as it was typed.

#include <string>

namespace CLI {
class App;
}

namespace tripos::app {

/// What was not typed is empty.
struct MailArguments {
    std::string action;  ///< the word after `mail`, for example "suppress"; empty: another command
    std::string address;
    std::string id;      ///< resend: of the mail
    std::string detail;  ///< suppress: why
    std::string reason;  ///< unsuppress: which entries
};

/// Adds the command `mail` with its own commands; parsing fills `arguments`, which outlives
/// `program`.
void add_mail_commands(CLI::App& program, MailArguments& arguments);

}  // namespace tripos::app
