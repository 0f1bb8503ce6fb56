// SPDX-License-Identifier: MIT
#include "accounts/shapes.hpp"

#include "accounts/sessions.hpp"
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

}  // namespace

Schema role() {
    return one_of(Roles::summaries()).named("Role");
}

Schema staff_role() {
    return one_of(Roles::all_names()).named("StaffRole");
}

Schema login() {
    return object(joined(entity::shapes(kLoginMembers),
                         {{"role", role()}, {"roles", list_of(staff_role())}}))
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
    return object(entity::shapes(kSessionMembers)).named("Session");
}

Schema listed_session() {
    return object(joined(entity::shapes(kSessionMembers), {{"isCurrent", flag()}}))
        .named("ListedSession");
}

}  // namespace tripos::accounts::shapes
