// SPDX-License-Identifier: MIT
#include "accounts/users_api.hpp"

#include "accounts/actor.hpp"
#include "accounts/form_fields.hpp"
#include "accounts/reauthentication.hpp"
#include "accounts/shapes.hpp"
#include "accounts/user_json.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "http/json_body.hpp"

namespace tripos::accounts {

namespace {

namespace schema = http::schema;
using http::Operation;

constexpr std::int64_t kMostExtraMinutes = 24 * 60;

http::Response answer(std::string_view message, const UserWithProfile& found) {
    auto json = http::success_body(message);
    write_account(json.name("data"), found.user, found.profile);
    return http::finished(200, std::move(json));
}

UserChanges read_user_changes(http::BodyReader& body) {
    UserChanges changes;
    if (const auto role = body.maybe_choice("role", Roles::summaries())) {
        changes.admin = *role == to_string(Role::admin);
    }
    if (body.has("roles")) {
        changes.roles = read_staff_roles(body);
    }
    if (changes.admin && changes.roles) {
        body.reject("role", "give role or roles");
    }
    changes.disabled = body.maybe_flag("disabled");
    changes.extra_minutes = body.maybe_integer("extraMinutes", 0, kMostExtraMinutes);
    return changes;
}

}  // namespace

void UsersApi::add_routes(http::Router& router) {
    const http::PathId id{"id", no_user()};
    router.get("/api/admin/users", guard_.staff(Capability::accounts, this, &UsersApi::list),
               Operation("Users", "The accounts")
                   .asks("search", schema::text(), "A part of the name, address or number")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(shapes::admin_view())}}));
    const http::Members one{{"data", shapes::admin_view()}};
    router.get("/api/admin/users/:id",
               guard_.staff(Capability::accounts, this, id, &UsersApi::show),
               Operation("Users", "One account")
                   .answers(200, "The account", one)
                   .refuses(404, {"not_found"}));
    router.put("/api/admin/users/:id",
               guard_.staff(Capability::accounts, this, id, &UsersApi::change),
               Operation("Users", "Change roles, disabled or extra time")
                   .details("`roles` are all that the account has from now on; `role` gives or "
                            "takes ADMIN and leaves the others. `currentPassword`, the caller's "
                            "own, is proven first where it is given: pages ask for it before they "
                            "make an administrator.")
                   .takes({{"roles?", schema::list_of(shapes::staff_role()).nullable()},
                           {"role?", shapes::role().nullable()},
                           {"disabled?", schema::flag().nullable()},
                           {"extraMinutes?", schema::integer().with("minimum", 0).nullable()},
                           {"currentPassword?", schema::text()}})
                   .answers(200, "The account as it is now", one)
                   .refuses(400, {"nothing_to_change"})
                   .refuses(404, {"not_found"})
                   .refuses(409, {"own_account", "last_admin"})
                   .limited({parts_.options.limits.proofs_per_account}));
    router.delete_(
        "/api/admin/users/:id", guard_.staff(Capability::accounts, this, id, &UsersApi::remove),
        Operation("Users", "Delete an account")
            .answers(200, "Deleted; results stay, without a name")
            .refuses(404, {"not_found"})
            .refuses(409, {"own_account", "last_admin", "attempt_open", "result_unreleased"}));
}

Task<http::Reply> UsersApi::list(http::Request& request, const Principal&) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    auto search = http::read_search(request);
    if (!search) {
        co_return search.error();
    }
    const auto found = co_await users_.list(std::move(*search), *page);
    auto json = http::success_body("Users fetched successfully");
    http::write_pagination(json, *page, found.total);
    json.name("data").begin_array();
    for (const auto& one : found.users) {
        write_account(json, one.user, one.profile);
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<http::Reply> UsersApi::show(http::Request&, const Principal&, std::string id) {
    const auto found = co_await users_.find(std::move(id));
    if (!found) {
        co_return no_user();
    }
    co_return answer("User fetched successfully", *found);
}

Task<std::optional<Error>> UsersApi::refuse_stranger(const http::Request& request,
                                                     const Principal& principal, Secret password) {
    const limits::Subject subject{.account = principal.user_id};
    const auto claim = parts_.limits.claim(request, subject);
    const auto admitted = co_await claim.admit();
    if (!admitted) {
        co_return admitted.error();
    }
    auto actor = actor_of(request, principal);
    const auto proven =
        co_await reauthenticate(parts_, std::move(actor), std::move(password), claim);
    co_return proven ? std::nullopt : std::optional(proven.error());
}

Task<http::Reply> UsersApi::change(http::Request& request, const Principal& principal,
                                   std::string id) {
    http::BodyReader body(request);
    const auto changes = read_user_changes(body);
    const bool has_proof = body.has("currentPassword");
    auto password = has_proof ? read_password(body, "currentPassword") : Secret();
    if (const auto error = body.error()) {
        co_return *error;
    }
    if (!changes.admin && !changes.roles && !changes.disabled && !changes.extra_minutes) {
        co_return invalid("nothing_to_change", "Give roles, role, disabled or extraMinutes");
    }
    if (has_proof) {
        const auto refusal = co_await refuse_stranger(request, principal, std::move(password));
        if (refusal) {
            co_return *refusal;
        }
    }
    const auto done = co_await users_.change(actor_of(request, principal), std::move(id), changes);
    if (!done) {
        co_return done.error();
    }
    co_return answer("User updated successfully", *done);
}

Task<http::Reply> UsersApi::remove(http::Request& request, const Principal& principal,
                                   std::string id) {
    const auto done = co_await users_.remove(actor_of(request, principal), std::move(id));
    co_return done ? http::Reply(http::success(200, "User deleted successfully")) : done.error();
}

}  // namespace tripos::accounts
