// SPDX-License-Identifier: MIT
#include "accounts/anonymise.hpp"

namespace tripos::accounts {

void anonymise(sql::Session& session, const std::string& user_id, Timestamp now) {
    const auto address = "deleted-" + user_id + "@deleted.invalid";
    session.execute("DELETE FROM profiles WHERE user_id = $1", user_id);
    session.execute("DELETE FROM verification_tokens WHERE user_id = $1", user_id);
    session.execute("DELETE FROM password_codes WHERE user_id = $1", user_id);
    session.execute("DELETE FROM email_changes WHERE user_id = $1", user_id);
    session.execute(
        "UPDATE users SET email = $2, email_canonical = $2, full_name = 'Deleted user', "
        "password_hash = '', role = 'USER', disabled = 1, updated_at = $3, deleted_at = $3 "
        "WHERE id = $1",
        user_id, address, now);
}

}  // namespace tripos::accounts
