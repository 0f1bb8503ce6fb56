// SPDX-License-Identifier: MIT
#include "accounts/candidate.hpp"

#include "core/text.hpp"
#include "core/unicode.hpp"
#include "sql/like.hpp"

namespace tripos::accounts {

namespace {

std::vector<Addressee> read_addressees(const std::vector<sql::Row>& rows) {
    std::vector<Addressee> found;
    for (const auto& row : rows) {
        found.push_back({.id = row.text(0),
                         .full_name = row.text(1),
                         .address = {.text = row.text(2), .canonical = row.text(3)}});
    }
    return found;
}

}  // namespace

Candidates find_candidates(sql::Session& session, const std::vector<std::string>& ids) {
    static const auto statement = "SELECT " + join(entity::column_names(kCandidateMembers), ", ") +
                                  " FROM users u LEFT JOIN profiles p ON p.user_id = u.id "
                                  "LEFT JOIN enrolments e ON e.user_id = u.id WHERE ";
    const auto rows = session.query(statement + sql::among(session, "u.id", "$1"), join(ids, ","));
    Candidates found;
    for (auto& candidate : entity::read_all<Candidate>(rows, kCandidateMembers)) {
        auto id = candidate.id;
        found.emplace(std::move(id), std::move(candidate));
    }
    return found;
}

NameSearch::NameSearch(std::string_view text) {
    const auto word = trim(text);  // as it was pasted
    name = "%" + sql::like_literal(fold(word, Accents::dropped)) + "%";
    address = "%" + sql::like_literal(to_lower(word)) + "%";
    number = address;
}

std::string NameSearch::condition(const std::string& column, int first) {
    const auto like = [&first](const std::string& where) {
        return where + " LIKE $" + std::to_string(first++) + " ESCAPE '\\'";
    };
    const auto by_name = like("u.folded_name");
    const auto by_address = like("u.email_canonical");
    return column +
           " IN (SELECT u.id FROM users u LEFT JOIN profiles p ON p.user_id = u.id "
           "LEFT JOIN enrolments e ON e.user_id = u.id WHERE " +
           by_name + " OR " + by_address + " OR " +
           like("LOWER(COALESCE(e.number, p.enrollment_number))") + ")";
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

std::vector<std::string> with_extra_time(sql::Session& session, std::int64_t limit) {
    return session.query_texts(
        "SELECT id FROM users WHERE extra_minutes > 0 AND deleted_at IS NULL LIMIT $1", limit);
}

std::vector<Addressee> list_addressees(sql::Session& session,
                                       const std::optional<std::string>& role,
                                       const std::string& after, std::int64_t limit) {
    return read_addressees(session.query(
        "SELECT id, full_name, email, email_canonical FROM users WHERE id > $1 AND disabled = 0 "
        "AND email_verified = 1 AND (CAST($2 AS TEXT) IS NULL OR role = CAST($2 AS TEXT)) "
        "ORDER BY id LIMIT $3",
        after, role, limit));
}

std::int64_t count_addressees(sql::Session& session, const std::optional<std::string>& role) {
    return session
        .query_one(
            "SELECT COUNT(*) FROM users WHERE disabled = 0 AND email_verified = 1 AND "
            "(CAST($1 AS TEXT) IS NULL OR role = CAST($1 AS TEXT))",
            role)
        ->integer(0);
}

std::vector<Addressee> find_addressees(sql::Session& session, const std::vector<std::string>& ids,
                                       Addresses which) {
    return read_addressees(
        session.query("SELECT id, full_name, email, email_canonical FROM users WHERE " +
                          sql::among(session, "id", "$1") +
                          " AND disabled = 0 AND email_verified >= $2 ORDER BY id",
                      join(ids, ","), which == Addresses::verified ? 1 : 0));
}

std::vector<std::string> find_near_addresses(sql::Session& session, const sql::NearTexts& wanted) {
    return sql::find_near(session, {.table = "users", .column = "email_canonical"}, wanted);
}

}  // namespace tripos::accounts
