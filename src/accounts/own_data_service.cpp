// SPDX-License-Identifier: MIT
#include "accounts/own_data_service.hpp"

#include "accounts/anonymise.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/reauthentication.hpp"
#include "accounts/user_json.hpp"

namespace tripos::accounts {

Task<std::optional<std::string>> OwnDataService::export_members(std::string user_id) {
    auto look = [&](sql::Session& session) -> std::optional<std::string> {
        const auto user = find_user(session, user_id);
        if (!user) {
            return std::nullopt;
        }
        http::JsonWriter json;
        json.begin_object();
        write_account(json.name("account"), *user, find_profile(session, user_id));
        entity::write_maybe(json.name("enrolment"), find_enrolment_of(session, user_id),
                            kOwnEnrolmentMembers);
        entity::write_all(json.name("sessions"), parts_.sessions.list(session, user_id),
                          kSessionMembers);
        return json.take().substr(1);  // without the brace
    };
    co_return co_await parts_.database.read(std::move(look));
}

Task<Result<>> OwnDataService::remove(std::string user_id, Secret password,
                                      const limits::Claim& claim, audit::Actor actor) {
    const auto user = co_await reauthenticate(parts_, actor, std::move(password), claim);
    if (!user) {
        co_return user.error();
    }
    auto erase = [&](sql::Session& session, Writes& writes) -> Result<> {
        // Administrators are held before the account, as by whoever ends another.
        const bool has_other = has_other_admin(session, user_id);
        const auto current = still_current(session, *user);
        if (!current) {
            return changed_meanwhile();
        }
        if (current->roles.has(Role::admin) && !has_other) {
            return conflict("last_admin",
                            "You are the only administrator. Make somebody else one first.");
        }
        return anonymise(session, writes, parts_, user_id, actor);
    };
    co_return co_await parts_.write(std::move(erase));
}

}  // namespace tripos::accounts
