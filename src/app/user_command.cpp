// SPDX-License-Identifier: MIT
#include "app/user_command.hpp"

#include <boost/json/array.hpp>
#include <iostream>

#include "accounts/role.hpp"
#include "app/control_session.hpp"
#include "app/control_values.hpp"
#include "app/text_table.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// Everything that was typed, under the names of the routes.
json::object body_of(const UserArguments& arguments) {
    auto body = typed({{"email", arguments.email},
                       {"fullName", arguments.full_name},
                       {"search", arguments.search}},
                      {{"page", arguments.page}, {"limit", arguments.limit}},
                      {{"admin", arguments.is_admin}});
    if (arguments.action == "role") {
        json::array roles;
        for (const auto& role : arguments.roles) {
            if (role != accounts::kNoRole) {
                roles.emplace_back(role);
            }
        }
        body["roles"] = std::move(roles);
    }
    if (arguments.password_from_stdin) {
        std::string password;
        std::getline(std::cin, password);
        body["password"] = password;
    }
    return body;
}

/// USER where there is none.
std::string role_names(const json::object& user) {
    std::string names;
    for (const auto& role : user.at("roles").as_array()) {
        names += (names.empty() ? "" : ", ") + std::string(role.as_string());
    }
    return names.empty() ? std::string(accounts::kNoRole) : names;
}

std::string list_text(const json::object& answer) {
    TextTable table({"EMAIL", "NAME", "ROLES", "VERIFIED", "DISABLED", "CREATED"});
    const auto yes_or_no = [](const json::value& flag) { return flag.as_bool() ? "yes" : "no"; };
    for (const auto& value : answer.at("data").as_array()) {
        const auto& user = value.as_object();
        table.add({member_text(user, "email"), member_text(user, "fullName"), role_names(user),
                   yes_or_no(user.at("emailVerified")), yes_or_no(user.at("disabled")),
                   member_text(user, "createdAt")});
    }
    const auto& pagination = answer.at("pagination").as_object();
    return table.text() + "Page " + member_text(pagination, "currentPage") + " of " +
           member_text(pagination, "totalPages") + ", " +
           counted(pagination.at("totalItems").to_number<std::int64_t>(), "account") + " in all.\n";
}

/// Where one was made, the password is shown, this once.
std::string password_text(const json::object& answer) {
    const auto password = member_text(answer, "password");
    return password.empty() ? "" : "Password, shown only now: " + password + '\n';
}

std::string user_text(const UserArguments& arguments, const json::object& answer) {
    const auto& action = arguments.action;
    const auto email = terminal_text(arguments.email);
    if (action == "list") {
        return list_text(answer);
    }
    if (action == "create") {
        return "Created " + email + (arguments.is_admin ? " as administrator" : "") + ".\n" +
               password_text(answer);
    }
    if (action == "reset-password") {
        return "The password of " + email + " is set, and its sessions have ended.\n" +
               password_text(answer);
    }
    const auto& user = answer.at("data").as_object();
    return email + " has the role" + (user.at("roles").as_array().size() > 1 ? "s " : " ") +
           role_names(user) +
           (user.at("disabled").as_bool() ? " and is disabled.\n" : " and may log in.\n");
}

}  // namespace

int run_user_command(const UserArguments& arguments, bool as_json, const Config& config) {
    ControlSession session(config, arguments.new_site ? NewSite::may_be_made : NewSite::refused);
    const auto answer = session.succeed("/control/user/" + arguments.action, body_of(arguments));
    return print_answer(answer, as_json, [&] { return user_text(arguments, *answer); });
}

}  // namespace tripos::app
