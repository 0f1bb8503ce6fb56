// SPDX-License-Identifier: MIT
#include "accounts/user_admin.hpp"

#include "accounts/actor.hpp"
#include "accounts/anonymise.hpp"
#include "accounts/email_changes.hpp"

namespace tripos::accounts {

namespace {

std::optional<UserWithProfile> find_one(sql::Session& session, const std::string& id) {
    auto user = find_user(session, id);
    if (!user) {
        return std::nullopt;
    }
    return UserWithProfile{.user = std::move(*user), .profile = find_profile(session, id)};
}

UserPage find_page(sql::Session& session, const std::string& search, const http::Page& page) {
    const auto matches = search_users(session, search, page.limit, page.offset());
    UserPage found{.users = {}, .total = matches.total};
    for (const auto& id : matches.ids) {  // at most 100
        found.users.push_back(*find_one(session, id));
    }
    return found;
}

std::string facts_of(const User& user) {
    return audit::facts({{"roles", role_names(user.roles)},
                         {"disabled", user.disabled ? "yes" : "no"},
                         {"extraMinutes", std::to_string(user.extra_minutes)}});
}

Error last_admin() {
    return conflict("last_admin", "This is the only administrator. Make somebody else one first.");
}

bool is_admin(const User& user) {
    return user.roles.has(Role::admin) && !user.disabled;
}

Error own_account() {
    return conflict("own_account", "You cannot do this to your own account");
}

}  // namespace

Task<UserPage> UserAdmin::list(std::string search, http::Page page) {
    auto look = [&](sql::Session& session) { return find_page(session, search, page); };
    // A word to look for is looked for in every account.
    const auto turn = search.empty() ? sql::Turn::urgent : sql::Turn::bulk;
    co_return co_await parts_.database.read(std::move(look), turn);
}

Task<std::optional<UserWithProfile>> UserAdmin::find(std::string id) {
    auto look = [&id](sql::Session& session) { return find_one(session, id); };
    co_return co_await parts_.database.read(std::move(look));
}

Task<std::optional<UserWithProfile>> UserAdmin::find_by_email(mail::Address email) {
    auto look = [&email](sql::Session& session) {
        const auto user = find_user_by_email(session, email.canonical);
        return user ? find_one(session, user->id) : std::nullopt;
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<Result<UserWithProfile>> UserAdmin::change(audit::Actor actor, std::string id,
                                                UserChanges changes) {
    if (actor.id == id && (changes.roles || changes.admin || changes.disabled)) {
        co_return own_account();
    }
    auto store = [&](sql::Session& session, Writes& writes) -> Result<UserWithProfile> {
        // Administrators are held before the account, by whoever may end one: two who act on each
        // other hold them in one order.
        const bool may_end_one =
            changes.roles || changes.admin == false || changes.disabled == true;
        const bool has_other = !may_end_one || has_other_admin(session, id);
        lock_user(session, id);  // all that is not changed is written as it was found
        auto found = find_one(session, id);
        if (!found) {
            return no_user();
        }
        auto& user = found->user;
        const auto old = user;
        user.roles = changes.roles.value_or(user.roles);
        user.roles.set(Role::admin, changes.admin.value_or(user.roles.has(Role::admin)));
        user.disabled = changes.disabled.value_or(user.disabled);
        user.extra_minutes = changes.extra_minutes.value_or(user.extra_minutes);
        if (is_admin(old) && !is_admin(user) && !has_other) {
            return last_admin();
        }
        put_access(session, user, parts_.clock.now());
        if (user.disabled) {
            parts_.sessions.end_all(session, writes, id);
        }
        parts_.sessions.changed(writes, id);
        parts_.record(session, actor,
                      {.action = "account.changed",
                       .subject = account_subject(id),
                       .before = facts_of(old),
                       .after = facts_of(user)});
        return std::move(*found);
    };
    co_return co_await parts_.write(std::move(store));
}

Task<Result<>> UserAdmin::remove(audit::Actor actor, std::string id) {
    if (actor.id == id) {
        co_return own_account();
    }
    auto erase = [&](sql::Session& session, Writes& writes) {
        const bool has_other = has_other_admin(session, id);
        const auto user = lock_user(session, id);
        if (!user) {
            return Result<>(no_user());
        }
        return is_admin(*user) && !has_other ? Result<>(last_admin())
                                             : anonymise(session, writes, parts_, id, actor);
    };
    co_return co_await parts_.write(std::move(erase));
}

Task<Result<>> UserAdmin::set_password(audit::Actor actor, std::string id, Secret password) {
    const auto hash = co_await parts_.hasher.hash(std::move(password));
    auto store = [&](sql::Session& session, Writes& writes) -> Result<> {
        const auto user = lock_user(session, id);
        if (!user || !replace_password(session, *user, hash, parts_.clock.now())) {
            return no_user();
        }
        cancel_email_changes(session, id);
        parts_.sessions.end_all(session, writes, id);
        parts_.record(session, actor,
                      {.action = "account.password_set", .subject = account_subject(id)});
        return Result<>();
    };
    co_return co_await parts_.write(std::move(store));
}

}  // namespace tripos::accounts
