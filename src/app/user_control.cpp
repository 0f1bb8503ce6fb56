// SPDX-License-Identifier: MIT
#include "app/user_control.hpp"

#include <boost/json/object.hpp>

#include "accounts/form_fields.hpp"
#include "accounts/user_json.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// Problems are noted in the body.
std::optional<mail::Address> read_address(http::BodyReader& body) {
    auto address = mail::parse_address(body.text("email", {.max_length = 254}));
    if (!address) {
        body.reject("email", address.error().message);
        return std::nullopt;
    }
    return std::move(*address);
}

/// What was given, if anything was; problems are noted in the body.
std::optional<Secret> read_password(http::BodyReader& body, const accounts::PasswordRules& rules) {
    if (!body.has("password")) {
        return std::nullopt;
    }
    auto password = accounts::read_password(body, "password");
    const auto problem = password.empty() ? std::nullopt : accounts::problem_of(password, rules);
    if (problem) {
        body.reject("password", *problem);
    }
    return password;
}

Error no_account(const std::string& email) {
    return not_found("no account has the address " + email);
}

}  // namespace

void UserControl::add_routes(http::Router& router) {
    const auto add = [this, &router](const char* name,
                                     Task<http::Reply> (UserControl::*call)(http::Request&)) {
        router.post(std::string("/control/user/") + name, http::bind(this, call),
                    http::Operation("Account commands", name));
    };
    add("create", &UserControl::create);
    add("list", &UserControl::list);
    add("role", &UserControl::role);
    add("disable", &UserControl::disable);
    add("enable", &UserControl::enable);
    add("reset-password", &UserControl::reset_password);
}

Task<http::Reply> UserControl::create(http::Request& request) {
    http::BodyReader body(request);
    const auto address = read_address(body);
    const auto full_name = body.text("fullName", {.max_length = 200});
    const auto given = read_password(body, accounts_.password_rules());
    const bool is_admin = body.flag_or("admin", false);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto password = given.value_or(Secret(random_.hex(10)));
    auto hash = co_await accounts_.hasher().hash(password);
    accounts::NewUser user{
        .full_name = full_name, .email = *address, .password_hash = std::move(hash), .roles = {}};
    user.roles.set(accounts::Role::admin, is_admin);
    const auto id = co_await accounts_.signup().create_user(std::move(user), audit::command_line());
    if (!id) {
        co_return id.error();
    }
    json::object members;
    members["id"] = *id;
    members["email"] = address->text;
    if (!given) {
        members["password"] = password.reveal();
    }
    co_return http::success(201, "Account created", std::move(members));
}

Task<http::Reply> UserControl::list(http::Request& request) {
    http::BodyReader body(request);
    auto search = body.maybe_text("search", {.max_length = 200}).value_or("");
    const http::Page page{.page = body.maybe_integer("page", 1, 1'000'000).value_or(1),
                          .limit = body.maybe_integer("limit", 1, 100).value_or(20)};
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto found = co_await accounts_.users().list(std::move(search), page);
    auto answer = http::success_body("Accounts");
    http::write_pagination(answer, page, found.total);
    answer.name("data").begin_array();
    for (const auto& one : found.users) {
        accounts::write_account(answer, one.user, one.profile);
    }
    answer.end_array();
    co_return http::finished(200, std::move(answer));
}

Task<http::Reply> UserControl::role(http::Request& request) {
    http::BodyReader body(request);
    const auto address = read_address(body);
    accounts::UserChanges changes;
    changes.roles = accounts::read_staff_roles(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await change(address->text, changes);
}

Task<http::Reply> UserControl::disable(http::Request& request) {
    http::BodyReader body(request);
    auto email = body.text("email", {.max_length = 254});
    accounts::UserChanges changes;
    changes.disabled = true;
    co_return co_await change(std::move(email), changes);
}

Task<http::Reply> UserControl::enable(http::Request& request) {
    http::BodyReader body(request);
    auto email = body.text("email", {.max_length = 254});
    accounts::UserChanges changes;
    changes.disabled = false;
    co_return co_await change(std::move(email), changes);
}

Task<http::Reply> UserControl::change(std::string email, accounts::UserChanges changes) {
    auto address = mail::parse_address(email);
    if (!address) {
        co_return address.error();
    }
    const auto found = co_await accounts_.users().find_by_email(std::move(*address));
    if (!found) {
        co_return no_account(email);
    }
    const auto done =
        co_await accounts_.users().change(audit::command_line(), found->user.id, changes);
    if (!done) {
        co_return done.error();
    }
    auto answer = http::success_body("Account changed");
    accounts::write_account(answer.name("data"), done->user, done->profile);
    co_return http::finished(200, std::move(answer));
}

Task<http::Reply> UserControl::reset_password(http::Request& request) {
    http::BodyReader body(request);
    const auto address = read_address(body);
    const auto given = read_password(body, accounts_.password_rules());
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto found = co_await accounts_.users().find_by_email(*address);
    if (!found) {
        co_return no_account(address->text);
    }
    const auto password = given.value_or(Secret(random_.hex(10)));
    const auto done =
        co_await accounts_.users().set_password(audit::command_line(), found->user.id, password);
    if (!done) {
        co_return done.error();
    }
    json::object members;
    members["email"] = found->user.email;
    if (!given) {
        members["password"] = password.reveal();
    }
    co_return http::success(200, "Password set", std::move(members));
}

}  // namespace tripos::app
