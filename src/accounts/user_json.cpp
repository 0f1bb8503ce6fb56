// SPDX-License-Identifier: MIT
#include "accounts/user_json.hpp"

namespace tripos::accounts {

namespace json = boost::json;

namespace {

json::value maybe(const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value(nullptr);
}

json::array list(const std::vector<std::string_view>& names) {
    return json::array(names.begin(), names.end());
}

json::value to_json(const std::optional<Profile>& profile) {
    if (!profile) {
        return nullptr;
    }
    return json::object{{"enrollmentNumber", profile->enrollment_number},
                        {"course", maybe(profile->course)},
                        {"department", maybe(profile->department)},
                        {"year", maybe(profile->year)},
                        {"semester", maybe(profile->semester)}};
}

}  // namespace

json::object login_json(const User& user) {
    return {{"id", user.id},
            {"email", user.email},
            {"fullName", user.full_name},
            {"role", user.roles.summary()},
            {"roles", list(user.roles.names())}};
}

json::object profile_json(const User& user, const std::optional<Profile>& profile) {
    return {{"id", user.id},
            {"email", user.email},
            {"fullName", user.full_name},
            {"emailVerified", user.email_verified},
            {"roles", list(user.roles.names())},
            {"capabilities", list(user.roles.capabilities())},
            {"showOnLeaderboard", user.on_leaderboard},
            {"profile", to_json(profile)},
            {"profileComplete", profile && profile->is_complete()}};
}

json::object admin_json(const User& user, const std::optional<Profile>& profile) {
    auto object = profile_json(user, profile);
    object["role"] = user.roles.summary();
    object["disabled"] = user.disabled;
    object["extraMinutes"] = user.extra_minutes;
    object["createdAt"] = to_iso8601(user.created_at);
    return object;
}

json::object session_json(const SessionInfo& session) {
    const auto known = [](const std::string& text) {
        return text.empty() ? json::value(nullptr) : json::value(text);
    };
    return {{"id", session.id},
            {"createdAt", to_iso8601(session.created_at)},
            {"lastUsedAt", to_iso8601(session.last_used_at)},
            {"expiresAt", to_iso8601(session.expires_at)},
            {"ip", known(session.opened_from.ip)},
            {"device", known(session.opened_from.device)}};
}

}  // namespace tripos::accounts
