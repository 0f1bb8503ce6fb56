// SPDX-License-Identifier: MIT
#include "exams/exam_staff.hpp"

namespace tripos::exams::exam_staff {

namespace {

constexpr std::string_view kTable = R"(
CREATE TABLE exam_staff (
    exam_id TEXT NOT NULL REFERENCES exams (id),
    user_id TEXT NOT NULL,
    PRIMARY KEY (exam_id, user_id)
);
CREATE INDEX exam_staff_by_user ON exam_staff (user_id)
)";

}  // namespace

sql::Migration migration() {
    return {.module = "exams", .number = 3, .statements = kTable};
}

void assign(sql::Session& session, const std::string& exam_id,
            const std::vector<std::string>& user_ids) {
    session.execute("DELETE FROM exam_staff WHERE exam_id = $1", exam_id);
    for (const auto& user_id : user_ids) {
        session.execute("INSERT INTO exam_staff (exam_id, user_id) VALUES ($1, $2)", exam_id,
                        user_id);
    }
}

std::vector<std::string> assigned_to(sql::Session& session, const std::string& exam_id) {
    return session.query_texts("SELECT user_id FROM exam_staff WHERE exam_id = $1 ORDER BY user_id",
                               exam_id);
}

std::vector<std::string> exams_of(sql::Session& session, const std::string& user_id) {
    return session.query_texts("SELECT exam_id FROM exam_staff WHERE user_id = $1", user_id);
}

bool may_invigilate(sql::Session& session, const accounts::Principal& caller,
                    const std::string& exam_id) {
    return caller.roles.has(accounts::Role::admin) ||
           session
               .query_one("SELECT 1 FROM exam_staff WHERE exam_id = $1 AND user_id = $2", exam_id,
                          caller.user_id)
               .has_value();
}

}  // namespace tripos::exams::exam_staff
