// SPDX-License-Identifier: MIT
#include "accounts/shapes.hpp"

#include "accounts/role.hpp"

namespace tripos::accounts::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Members profile_members() {
    const auto details = object({{"enrollmentNumber", text()},
                                 {"course", text().nullable()},
                                 {"department", text().nullable()},
                                 {"year", text().nullable()},
                                 {"semester", text().nullable()}})
                             .named("ProfileDetails");
    return {{"id", uuid()},
            {"email", text()},
            {"fullName", text()},
            {"emailVerified", flag()},
            {"roles", list_of(staff_role())},
            {"capabilities", list_of(text().says("What the roles allow, together"))},
            {"showOnLeaderboard", flag()},
            {"profile", details.nullable()},
            {"profileComplete", flag()}};
}

Members session_members() {
    return {{"id", uuid()},           {"createdAt", instant()},  {"lastUsedAt", instant()},
            {"expiresAt", instant()}, {"ip", text().nullable()}, {"device", text().nullable()}};
}

}  // namespace

Schema role() {
    return one_of({"USER", "ADMIN"}).named("Role");
}

Schema staff_role() {
    return one_of(Roles::all_names()).named("StaffRole");
}

Schema login() {
    return object({{"id", uuid()},
                   {"email", text()},
                   {"fullName", text()},
                   {"role", role()},
                   {"roles", list_of(staff_role())}})
        .named("LoggedInUser");
}

Schema profile() {
    return object(profile_members()).named("Profile");
}

Schema admin_view() {
    auto members = profile_members();
    members.insert(members.end(), {{"role", role()},
                                   {"disabled", flag()},
                                   {"extraMinutes", integer()},
                                   {"createdAt", instant()}});
    return object(members).named("User");
}

Schema session() {
    return object(session_members()).named("Session");
}

Schema listed_session() {
    auto members = session_members();
    members.push_back({"isCurrent", flag()});
    return object(members).named("ListedSession");
}

}  // namespace tripos::accounts::shapes
