// SPDX-License-Identifier: MIT
#include "app/mail_arguments.hpp"

#include <CLI/CLI.hpp>

namespace tripos::app {

void add_mail_commands(CLI::App& program, MailArguments& arguments) {
    auto* mail = program.add_subcommand("mail", "Mails and who gets them")->require_subcommand(1);
    const auto add = [mail, &arguments](const char* name, const char* about) {
        auto* command = mail->add_subcommand(name, about);
        command->callback([&arguments, name] { arguments.action = name; });
        return command;
    };
    add("log", "The newest mails to an address, with every try: why did it not arrive?")
        ->add_option("address", arguments.address, "The e-mail address")
        ->required();
    add("resend", "Send a finished mail once more")
        ->add_option("id", arguments.id, "The mail's id, from `tripos mail log`")
        ->required();
    add("test", "Send a mail now and show what was said with the relay, secrets masked")
        ->add_option("address", arguments.address, "Where to")
        ->required();
    add("stats", "How the mails of each class fare, since the start of the server");
    auto* suppress = add("suppress", "Send no mail to an address any more");
    suppress->add_option("address", arguments.address, "The e-mail address")->required();
    suppress->add_option("--why", arguments.detail, "A note for the list");
    auto* unsuppress = add("unsuppress", "Take an address off the suppression list");
    unsuppress->add_option("address", arguments.address, "The e-mail address")->required();
    unsuppress->add_option("--reason", arguments.reason,
                           "Only entries of that reason: hard_bounce, complaint, manual, or "
                           "unsubscribe, which stays unless it is named");
}

}  // namespace tripos::app
