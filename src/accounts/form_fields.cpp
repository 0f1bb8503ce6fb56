// SPDX-License-Identifier: MIT
#include "accounts/form_fields.hpp"

#include <algorithm>
#include <boost/json/value.hpp>

#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLongestPassword = 1000;  // characters
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestEmail = 254;

bool is_code(const std::string& text) {
    return text.size() == 6 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

mail::Address read_email(http::BodyReader& body, std::string_view name) {
    const auto text = body.text(name, {.max_length = kLongestEmail});
    if (text.empty()) {
        return {};
    }
    auto address = mail::parse_address(text);
    if (!address) {
        body.reject(name, address.error().message);
        return {};
    }
    return std::move(*address);
}

std::string read_full_name(http::BodyReader& body) {
    auto name = body.text("fullName", {.max_length = kLongestName});
    if (!name.empty() && !is_seen(name)) {
        body.reject("fullName", "fullName is required");
    }
    return name;
}

Roles read_staff_roles(http::BodyReader& body) {
    const auto* given = body.array("roles", Roles::all_names().size());
    std::vector<std::string> names;
    for (std::size_t i = 0; given != nullptr && i < given->size(); ++i) {
        const auto* name = (*given)[i].if_string();
        names.emplace_back(name == nullptr ? "" : std::string(*name));
    }
    const auto roles = Roles::read(names);
    if (given == nullptr || !roles) {
        const auto all = Roles::all_names();
        body.reject("roles",
                    "roles must be a list of some of " + join({all.begin(), all.end()}, ", "));
    }
    return roles.value_or(Roles());
}

Secret read_password(http::BodyReader& body, std::string_view name) {
    return Secret(body.text(name, {.max_length = kLongestPassword, .trimmed = false}));
}

Secret read_new_password(http::BodyReader& body, std::string_view name,
                         const PasswordRules& rules) {
    auto password = read_password(body, name);
    const auto problem = password.empty() ? std::nullopt : length_problem_of(password, rules);
    if (problem) {
        body.reject(name, *problem);
    }
    return password;
}

std::string read_code(http::BodyReader& body) {
    const auto* value = body.find("otp");
    std::string code;
    if (value != nullptr && value->is_int64()) {
        const auto digits = std::to_string(value->as_int64());
        code = std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
    } else {
        code = body.text("otp", {.max_length = 20});
        if (code.empty()) {
            return code;
        }
    }
    if (!is_code(code)) {
        body.reject("otp", "The code has six digits");
    }
    return code;
}

}  // namespace tripos::accounts
