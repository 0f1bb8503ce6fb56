// SPDX-License-Identifier: MIT
#include "accounts/user_json.hpp"

namespace tripos::accounts {

namespace {

void write_list(http::JsonWriter& json, const char* name,
                const std::vector<std::string_view>& words) {
    json.name(name).begin_array();
    for (const auto word : words) {
        json.text(word);
    }
    json.end_array();
}

/// Leaves the object open.
void begin_profile(http::JsonWriter& json, const User& user,
                   const std::optional<Profile>& profile) {
    entity::write(json.begin_object(), user, kOwnMembers);
    write_list(json, "roles", user.roles.names());
    write_list(json, "capabilities", user.roles.capabilities());
    json.member("profileComplete", profile && profile->is_complete()).name("profile");
    entity::write_maybe(json, profile, kProfileMembers);
}

}  // namespace

void write_login(http::JsonWriter& json, const User& user) {
    entity::write(json.begin_object(), user, kLoginMembers);
    json.member("role", user.roles.summary());
    write_list(json, "roles", user.roles.names());
    json.end_object();
}

void write_profile(http::JsonWriter& json, const User& user,
                   const std::optional<Profile>& profile) {
    begin_profile(json, user, profile);
    json.end_object();
}

void write_account(http::JsonWriter& json, const User& user,
                   const std::optional<Profile>& profile) {
    begin_profile(json, user, profile);
    entity::write(json, user, kStaffMembers);
    json.member("role", user.roles.summary()).end_object();
}

}  // namespace tripos::accounts
