// SPDX-License-Identifier: MIT
#include "accounts/candidate.hpp"

namespace tripos::accounts {

std::optional<Candidate> find_candidate(sql::Session& session, const std::string& user_id) {
    const auto row = session.query_one(
        "SELECT u.id, u.full_name, u.email, p.enrollment_number, p.department, p.year, "
        "u.extra_minutes "
        "FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = $1 AND u.deleted_at IS "
        "NULL",
        user_id);
    if (!row) {
        return std::nullopt;
    }
    return Candidate{.id = row->text(0),
                     .full_name = row->text(1),
                     .email = row->text(2),
                     .enrollment_number = row->maybe_text(3),
                     .department = row->maybe_text(4),
                     .year = row->maybe_text(5),
                     .extra_time = std::chrono::minutes(row->integer(6))};
}

std::optional<std::chrono::minutes> hold_candidate(sql::Session& session,
                                                   const std::string& user_id) {
    const auto row = session.query_one(
        sql::locking(session,
                     "SELECT extra_minutes FROM users WHERE id = $1 AND deleted_at IS NULL",
                     "FOR SHARE"),
        user_id);
    return row ? std::optional(std::chrono::minutes(row->integer(0))) : std::nullopt;
}

}  // namespace tripos::accounts
