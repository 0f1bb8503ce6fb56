// SPDX-License-Identifier: MIT
#include "accounts/shapes.hpp"

#include "accounts/user_json.hpp"

namespace tripos::accounts::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Members profile_members() {
    const auto details = object(entity::shapes(kProfileMembers)).named("ProfileDetails");
    return joined(entity::shapes(kOwnMembers),
                  {{"roles", list_of(staff_role())},
                   {"capabilities", list_of(text().says("What the roles allow, together"))},
                   {"profile", details.nullable()},
                   {"profileComplete", flag()}});
}

Members session_members() {
    return joined(entity::shapes(kSessionMembers),
                  {{"ip", text().nullable()}, {"device", text().nullable()}});
}

}  // namespace

Schema role() {
    return one_of(Roles::summaries()).named("Role");
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
    return object(
               joined(joined(profile_members(), entity::shapes(kStaffMembers)), {{"role", role()}}))
        .named("User");
}

Schema session() {
    return object(session_members()).named("Session");
}

Schema listed_session() {
    return object(joined(session_members(), {{"isCurrent", flag()}})).named("ListedSession");
}

}  // namespace tripos::accounts::shapes
