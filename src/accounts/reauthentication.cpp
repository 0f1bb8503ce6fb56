// SPDX-License-Identifier: MIT
#include "accounts/reauthentication.hpp"

#include "accounts/actor.hpp"

namespace tripos::accounts {

Task<Result<User>> reauthenticate(const AccountsParts& parts, audit::Actor actor, Secret password,
                                  const limits::Claim& claim) {
    auto look = [&actor](sql::Session& session) { return find_user(session, actor.id); };
    auto user = co_await parts.database.read(std::move(look));
    if (!user) {
        co_return unauthorized("Invalid token");
    }
    const auto right =
        co_await parts.hasher.verify(user->password_hash, std::move(password), claim);
    if (!right) {
        co_return right.error();
    }
    if (!*right) {
        audit::Knock knock{.action = "auth.password_refused", .subject = account_subject(user->id)};
        co_await parts.record_knock(std::move(actor), std::move(knock));
        co_return invalid_field("currentPassword", "Current password is incorrect");
    }
    co_return std::move(*user);
}

std::optional<User> still_current(sql::Session& session, const User& proven) {
    auto stored = lock_user(session, proven.id);
    const bool is_as_proven =
        stored && !stored->disabled && stored->generation == proven.generation;
    return is_as_proven ? std::move(stored) : std::nullopt;
}

Error changed_meanwhile() {
    return conflict("password_changed", "The password was changed elsewhere at the same time");
}

}  // namespace tripos::accounts
