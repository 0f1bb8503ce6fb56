// SPDX-License-Identifier: MIT
#include "app/user_arguments.hpp"

#include <CLI/CLI.hpp>

namespace tripos::app {

void add_user_commands(CLI::App& program, UserArguments& arguments) {
    auto* user = program.add_subcommand("user", "Accounts")->require_subcommand(1);
    const auto add = [user, &arguments](const char* name, const char* about) {
        auto* command = user->add_subcommand(name, about);
        command->callback([&arguments, name] { arguments.action = name; });
        return command;
    };
    const auto add_for_one = [&add, &arguments](const char* name, const char* about) {
        auto* command = add(name, about);
        command->add_option("email", arguments.email, "The account's e-mail address")->required();
        return command;
    };
    const auto add_password = [&arguments](CLI::App* command) {
        command->add_flag(
            "--password-stdin", arguments.password_from_stdin,
            "Read the password from standard input; otherwise one is made and printed once");
    };
    auto* create = add("create", "Create a verified account");
    create->add_option("--email", arguments.email, "E-mail address")->required();
    create->add_option("--name", arguments.full_name, "Full name")->required();
    auto* admin = create->add_flag("--admin", arguments.is_admin, "With the role ADMIN");
    create
        ->add_flag("--new-site", arguments.new_site,
                   "Where there is no site yet, make one: its database, its secrets")
        ->needs(admin);
    add_password(create);
    auto* list = add("list", "The accounts, newest first");
    list->add_option("--search", arguments.search, "A part of the name or the address");
    list->add_option("--page", arguments.page, "Page, from 1");
    list->add_option("--limit", arguments.limit, "Accounts per page, at most 100 (20)");
    add_for_one("role", "Make an account an administrator's, or a candidate's")
        ->add_option("role", arguments.role, "ADMIN or USER")
        ->required()
        ->transform(CLI::IsMember({"ADMIN", "USER"}, CLI::ignore_case));
    add_for_one("disable", "Let an account log in no more, and end its sessions");
    add_for_one("enable", "Let an account log in again");
    add_password(add_for_one("reset-password", "Set a new password, and end the sessions"));
}

}  // namespace tripos::app
