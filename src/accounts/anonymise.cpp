// SPDX-License-Identifier: MIT
#include "accounts/anonymise.hpp"

#include "accounts/actor.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/user.hpp"

namespace tripos::accounts {

Result<> anonymise(sql::Session& session, Writes& writes, const AccountsParts& parts,
                   const std::string& user_id, const audit::Actor& actor) {
    const auto now = parts.clock.now();
    // Whoever starts an attempt holds this row as well: either we see the attempt, or it is
    // refused.
    lock_user(session, user_id);
    if (auto refusal = parts.refuse_leave(session, user_id, now)) {
        return *refusal;
    }
    parts.departed.remember(session, user_id);
    parts.sessions.end_all(session, writes, user_id);
    const auto address = "deleted-" + user_id + "@deleted.invalid";
    session.execute("DELETE FROM profiles WHERE user_id = $1", user_id);
    session.execute(
        "DELETE FROM signups WHERE email_canonical = (SELECT email_canonical FROM users WHERE id = "
        "$1)",
        user_id);
    unlink_enrolment(session, user_id);
    session.execute("DELETE FROM password_codes WHERE user_id = $1", user_id);
    session.execute("DELETE FROM email_changes WHERE user_id = $1", user_id);
    session.execute(
        "UPDATE users SET email = $2, email_canonical = $2, full_name = 'Deleted user', "
        "folded_name = '', password_hash = '', role = 'USER', staff_roles = '', disabled = 1, "
        "updated_at = $3, "
        "deleted_at = $3 "
        "WHERE id = $1",
        user_id, address, now);
    parts.record(session, actor,
                 {.action = "account.deleted", .subject = account_subject(user_id)});
    return Result<>();
}

}  // namespace tripos::accounts
