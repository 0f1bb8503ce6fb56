// SPDX-License-Identifier: MIT
#include "attempts/late_answer.hpp"

#include "attempts/attempt_store.hpp"
#include "core/text.hpp"

namespace tripos::attempts {

Answer LateAnswer::answer() const {
    return {.question_id = question_id, .option_ids = option_ids, .number = number};
}

namespace late_store {

namespace {

constexpr std::string_view kLate = R"(
CREATE TABLE late_answers (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    question_id TEXT NOT NULL,
    option_ids TEXT NOT NULL,
    number TEXT,
    client_id TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    accepted_at BIGINT,
    accepted_by TEXT,
    PRIMARY KEY (attempt_id, question_id)
)
)";

const auto kLateNames = entity::column_names(kLateColumns);

/// When the attempt ended, if what arrives now is too late. What arrived before a hand-in or a
/// close and came behind it was refused as well.
std::optional<Timestamp> end_of(const Attempt& attempt, Timestamp arrived_at) {
    if (attempt.submitted_at || attempt.deadline_at <= arrived_at) {
        return attempt.submitted_at.value_or(attempt.deadline_at);
    }
    return std::nullopt;
}

}  // namespace

sql::Migration migration() {
    return {.module = "attempts", .number = 12, .statements = kLate};
}

std::int64_t keep(sql::Session& session, const std::string& exam_id, const std::string& user_id,
                  const std::vector<AnswerSave>& saves, Timestamp arrived_at) {
    const auto attempt = attempt_store::find_current(session, exam_id, user_id);
    const auto end = attempt ? end_of(*attempt, arrived_at) : std::nullopt;
    if (!end || arrived_at - *end > kLateFor) {
        return 0;
    }
    // One that was accepted stays evidence of that until a newer one comes.
    static const auto statement =
        entity::insert_into("late_answers", kLateNames, {"attempt_id"}) +
        " ON CONFLICT (attempt_id, question_id) DO UPDATE SET option_ids = excluded.option_ids, "
        "number = excluded.number, client_id = excluded.client_id, "
        "arrived_at = excluded.arrived_at, accepted_at = NULL, accepted_by = NULL "
        "WHERE late_answers.arrived_at <= excluded.arrived_at";
    std::int64_t kept = 0;
    for (const auto& save : saves) {
        if (!save.answer) {
            continue;  // a mark of the candidate's own, and nothing else
        }
        LateAnswer late;
        late.question_id = save.question_id;
        late.option_ids = save.answer->option_ids;
        late.number = save.answer->number;
        late.client_id = save.client_id;
        late.arrived_at = arrived_at;
        session.run(statement, entity::values(late, kLateColumns, attempt->id));
        kept += session.affected();
    }
    return kept;
}

std::vector<LateAnswer> list(sql::Session& session, const std::string& attempt_id) {
    static const auto statement = "SELECT " + join(kLateNames, ", ") +
                                  " FROM late_answers WHERE attempt_id = $1 "
                                  "ORDER BY arrived_at, question_id";
    return entity::read_all<LateAnswer>(session.query(statement, attempt_id), kLateColumns);
}

void accept(sql::Session& session, const std::string& attempt_id, const std::string& question_id,
            const std::string& by, Timestamp now) {
    session.execute(
        "UPDATE late_answers SET accepted_at = $3, accepted_by = $4 "
        "WHERE attempt_id = $1 AND question_id = $2",
        attempt_id, question_id, now, by);
}

std::int64_t count_accepted(sql::Session& session, const std::string& exam_id) {
    return session
        .query_one(
            "SELECT COUNT(*) FROM late_answers WHERE accepted_at IS NOT NULL AND attempt_id IN "
            "(SELECT id FROM attempts WHERE exam_id = $1)",
            exam_id)
        ->integer(0);
}

}  // namespace late_store

}  // namespace tripos::attempts
