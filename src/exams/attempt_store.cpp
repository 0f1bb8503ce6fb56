// SPDX-License-Identifier: MIT
#include "exams/attempt_store.hpp"

#include "exams/question_store.hpp"

namespace tripos::exams::attempt_store {

namespace {

Attempt read_attempt(const sql::Row& row) {
    return Attempt{.id = row.text(0),
                   .exam_id = row.text(1),
                   .user_id = row.text(2),
                   .status = attempt_status_from(row.text(3)),
                   .started_at = row.time(4),
                   .deadline_at = row.time(5),
                   .deadline_reason = row.text(6),
                   .submitted_at = row.maybe_time(7),
                   .score = row.maybe_integer(8)};
}

std::vector<Attempt> read_attempts(const std::vector<sql::Row>& rows) {
    std::vector<Attempt> attempts;
    attempts.reserve(rows.size());
    for (const auto& row : rows) {
        attempts.push_back(read_attempt(row));
    }
    return attempts;
}

constexpr std::int64_t in_millis(std::chrono::minutes duration) {
    return std::chrono::milliseconds(duration).count();
}

}  // namespace

bool insert(sql::Session& session, const Attempt& attempt) {
    return session
        .query_one(
            "INSERT INTO attempts (id, exam_id, user_id, status, started_at, deadline_at, "
            "deadline_reason) VALUES ($1, $2, $3, $4, $5, $6, $7) "
            "ON CONFLICT DO NOTHING RETURNING id",
            attempt.id, attempt.exam_id, attempt.user_id, to_text(attempt.status),
            attempt.started_at, attempt.deadline_at, attempt.deadline_reason)
        .has_value();
}

std::optional<Attempt> find_current(sql::Session& session, const std::string& exam_id,
                                    const std::string& user_id) {
    const auto row = session.query_one(
        "SELECT id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score FROM attempts "
        "WHERE user_id = $1 AND exam_id = $2 AND void_at IS NULL",
        user_id, exam_id);
    return row ? std::optional(read_attempt(*row)) : std::nullopt;
}

std::optional<Attempt> find(sql::Session& session, const std::string& attempt_id) {
    const auto row = session.query_one(
        "SELECT id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score FROM attempts WHERE id = $1",
        attempt_id);
    return row ? std::optional(read_attempt(*row)) : std::nullopt;
}

std::vector<Attempt> list_of_user(sql::Session& session, const std::string& user_id) {
    return read_attempts(session.query(
        "SELECT id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score FROM attempts WHERE user_id = $1 AND void_at IS NULL "
        "ORDER BY started_at DESC, id DESC",
        user_id));
}

bool save_answer(sql::Session& session, const std::string& exam_id, const std::string& user_id,
                 const Answer& answer, Timestamp arrived_at) {
    constexpr std::string_view kSelect =
        "INSERT INTO answers (attempt_id, question_id, option_ids, number, saved_at) "
        "SELECT a.id, CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT) "
        "FROM attempts a WHERE a.user_id = $1 AND a.exam_id = $2 AND a.void_at IS NULL "
        "AND a.status = 'IN_PROGRESS' AND a.deadline_at > CAST($6 AS BIGINT)";
    constexpr std::string_view kUpsert =
        " ON CONFLICT (attempt_id, question_id) DO UPDATE SET option_ids = excluded.option_ids, "
        "number = excluded.number, saved_at = excluded.saved_at";
    // PostgreSQL: the lock keeps the attempt from being submitted and graded between this check and
    // our commit.
    static const std::string on_sqlite = std::string(kSelect) + std::string(kUpsert);
    static const std::string on_postgres =
        std::string(kSelect) + " FOR SHARE" + std::string(kUpsert);
    const auto& statement = session.engine() == sql::Engine::postgres ? on_postgres : on_sqlite;
    const auto options =
        answer.option_ids.empty() ? std::nullopt : std::optional(join_ids(answer.option_ids));
    // No RETURNING: SQLite would open a table of its own for each answer.
    return session.execute(statement, user_id, exam_id, answer.question_id, options, answer.number,
                           arrived_at) > 0;
}

std::vector<Answer> answers_of(sql::Session& session, const std::string& attempt_id) {
    std::vector<Answer> answers;
    const auto rows = session.query(
        "SELECT question_id, option_ids, number FROM answers WHERE attempt_id = $1", attempt_id);
    for (const auto& row : rows) {
        answers.push_back({.question_id = row.text(0),
                           .option_ids = split_ids(row.maybe_text(1).value_or("")),
                           .number = row.maybe_text(2)});
    }
    return answers;
}

Ended submit(sql::Session& session, const std::string& exam_id, const std::string& user_id,
             Timestamp arrived_at) {
    return read_attempts(session.query(
        "UPDATE attempts SET status = 'SUBMITTED', submitted_at = $3 "
        "WHERE user_id = $1 AND exam_id = $2 AND void_at IS NULL "
        "AND status = 'IN_PROGRESS' AND deadline_at > $3 "
        "RETURNING id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score",
        user_id, exam_id, arrived_at));
}

Ended finish_due_of(sql::Session& session, const std::string& exam_id, const std::string& user_id,
                    Timestamp now) {
    return read_attempts(session.query(
        "UPDATE attempts SET status = 'AUTO_SUBMITTED', submitted_at = deadline_at "
        "WHERE user_id = $1 AND exam_id = $2 AND void_at IS NULL "
        "AND status = 'IN_PROGRESS' AND deadline_at <= $3 "
        "RETURNING id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score",
        user_id, exam_id, now));
}

Ended finish_due(sql::Session& session, Timestamp now, std::int64_t limit) {
    return read_attempts(session.query(
        "UPDATE attempts SET status = 'AUTO_SUBMITTED', submitted_at = deadline_at "
        "WHERE status = 'IN_PROGRESS' AND deadline_at <= $1 AND id IN "
        "(SELECT id FROM attempts WHERE status = 'IN_PROGRESS' AND deadline_at <= $1 "
        "ORDER BY deadline_at LIMIT $2) "
        "RETURNING id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score",
        now, limit));
}

Ended finish_exam(sql::Session& session, const std::string& exam_id, Timestamp now) {
    session.execute(
        "UPDATE attempts SET deadline_at = $2, deadline_reason = 'CLOSED' "
        "WHERE exam_id = $1 AND status = 'IN_PROGRESS' AND deadline_at > $2",
        exam_id, now);
    return read_attempts(session.query(
        "UPDATE attempts SET status = 'AUTO_SUBMITTED', submitted_at = deadline_at "
        "WHERE exam_id = $1 AND status = 'IN_PROGRESS' "
        "RETURNING id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score",
        exam_id));
}

bool make_void(sql::Session& session, const std::string& attempt_id, Timestamp now,
               const std::string& reason) {
    return session.execute(
               "UPDATE attempts SET status = 'VOIDED', void_at = $2, void_reason = $3 "
               "WHERE id = $1 AND void_at IS NULL",
               attempt_id, now, reason) > 0;
}

std::optional<Error> refuse_leave(sql::Session& session, const std::string& user_id,
                                  Timestamp now) {
    const auto row = session.query_one(
        "SELECT a.status, e.title FROM attempts a JOIN exams e ON e.id = a.exam_id "
        "WHERE a.user_id = $1 AND a.void_at IS NULL "
        "AND (a.status = 'IN_PROGRESS' OR e.release_at > $2) "
        "ORDER BY a.status = 'IN_PROGRESS' DESC LIMIT 1",
        user_id, now);
    if (!row) {
        return std::nullopt;
    }
    const auto exam = '"' + row->text(1) + '"';
    if (row->text(0) == "IN_PROGRESS") {
        return conflict("attempt_open", "An attempt at " + exam + " is running: hand it in first");
    }
    return conflict("result_unreleased", "The result of " + exam +
                                             " is not released yet: delete the account after that");
}

std::optional<Timestamp> next_deadline(sql::Session& session) {
    const auto row = session.query_one(
        "SELECT deadline_at FROM attempts WHERE status = 'IN_PROGRESS' "
        "ORDER BY deadline_at LIMIT 1");
    return row ? std::optional(row->time(0)) : std::nullopt;
}

std::vector<Attempt> extend_exam(sql::Session& session, const std::string& exam_id, Timestamp now,
                                 std::chrono::minutes more) {
    return read_attempts(session.query(
        "UPDATE attempts SET deadline_at = deadline_at + CAST($3 AS BIGINT), "
        "deadline_reason = 'EXTENDED' "
        "WHERE exam_id = $1 AND status = 'IN_PROGRESS' AND deadline_at > $2 "
        "RETURNING id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score",
        exam_id, now, in_millis(more)));
}

std::vector<Attempt> extend_one(sql::Session& session, const std::string& exam_id,
                                const std::string& user_id, Timestamp now,
                                std::chrono::minutes more) {
    return read_attempts(session.query(
        "UPDATE attempts SET deadline_at = deadline_at + CAST($4 AS BIGINT), "
        "deadline_reason = 'EXTENDED' "
        "WHERE exam_id = $1 AND user_id = $2 AND status = 'IN_PROGRESS' AND deadline_at > $3 "
        "RETURNING id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score",
        exam_id, user_id, now, in_millis(more)));
}

Ended list_ended(sql::Session& session, const std::string& exam_id) {
    return read_attempts(session.query(
        "SELECT id, exam_id, user_id, status, started_at, deadline_at, deadline_reason, "
        "submitted_at, score FROM attempts "
        "WHERE exam_id = $1 AND status IN ('SUBMITTED', 'AUTO_SUBMITTED') ORDER BY id",
        exam_id));
}

bool set_grade(sql::Session& session, const std::string& attempt_id, const Grade& grade) {
    return session.execute(
               "UPDATE attempts SET score = $2, question_marks = $3 WHERE id = $1 "
               "AND (score IS NULL OR score <> $2 OR question_marks IS NULL "
               "OR question_marks <> $3)",
               attempt_id, grade.score, marks_list(grade.per_question)) > 0;
}

}  // namespace tripos::exams::attempt_store
