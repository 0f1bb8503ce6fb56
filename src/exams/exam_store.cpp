// SPDX-License-Identifier: MIT
#include "exams/exam_store.hpp"

namespace tripos::exams::exam_store {

namespace {

constexpr std::string_view kFind =
    "SELECT id, title, description, duration_minutes, start_at, end_at, release_at, status, "
    "created_by, created_at, updated_at FROM exams WHERE id = $1";

Exam read_exam(const sql::Row& row) {
    return Exam{.id = row.text(0),
                .title = row.text(1),
                .description = row.text(2),
                .duration = std::chrono::minutes(row.integer(3)),
                .start_at = row.time(4),
                .end_at = row.time(5),
                .release_at = row.time(6),
                .status = exam_status_from(row.text(7)),
                .created_by = row.maybe_text(8),
                .created_at = row.time(9),
                .updated_at = row.time(10)};
}

std::optional<Exam> find_by(sql::Session& session, std::string_view statement,
                            const std::string& id) {
    const auto row = session.query_one(statement, id);
    return row ? std::optional(read_exam(*row)) : std::nullopt;
}

}  // namespace

void insert(sql::Session& session, const Exam& exam) {
    session.execute(
        "INSERT INTO exams (id, title, description, duration_minutes, start_at, end_at, "
        "release_at, status, created_by, created_at, updated_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        exam.id, exam.title, exam.description, std::int64_t{exam.duration.count()}, exam.start_at,
        exam.end_at, exam.release_at, to_text(exam.status), exam.created_by, exam.created_at,
        exam.updated_at);
}

void update(sql::Session& session, const Exam& exam) {
    session.execute(
        "UPDATE exams SET title = $2, description = $3, duration_minutes = $4, start_at = $5, "
        "end_at = $6, release_at = $7, status = $8, updated_at = $9 WHERE id = $1",
        exam.id, exam.title, exam.description, std::int64_t{exam.duration.count()}, exam.start_at,
        exam.end_at, exam.release_at, to_text(exam.status), exam.updated_at);
}

void remove(sql::Session& session, const std::string& id) {
    session.execute("DELETE FROM exam_questions WHERE exam_id = $1", id);
    session.execute("DELETE FROM exams WHERE id = $1", id);
}

std::optional<Exam> find(sql::Session& session, const std::string& id) {
    return find_by(session, kFind, id);
}

std::optional<Exam> find_to_change(sql::Session& session, const std::string& id) {
    return find_by(session, sql::locking(session, kFind, "FOR UPDATE"), id);
}

std::optional<Exam> find_to_rely_on(sql::Session& session, const std::string& id) {
    return find_by(session, sql::locking(session, kFind, "FOR SHARE"), id);
}

std::vector<Exam> list(sql::Session& session) {
    std::vector<Exam> exams;
    const auto rows = session.query(
        "SELECT id, title, description, duration_minutes, start_at, end_at, release_at, status, "
        "created_by, created_at, updated_at FROM exams ORDER BY created_at DESC, id DESC");
    for (const auto& row : rows) {
        exams.push_back(read_exam(row));
    }
    return exams;
}

std::vector<ExamQuestion> questions_of(sql::Session& session, const std::string& exam_id) {
    const auto rows = session.query(
        "SELECT x.id, x.question_id, x.position, x.marks, x.negative_marks, q.statement, "
        "q.question_type, q.domain, q.difficulty, q.marks, q.created_at, q.updated_at "
        "FROM exam_questions x JOIN questions q ON q.id = x.question_id "
        "WHERE x.exam_id = $1 ORDER BY x.position",
        exam_id);
    std::vector<ExamQuestion> questions;
    questions.reserve(rows.size());
    for (const auto& row : rows) {
        questions.push_back({.id = row.text(0),
                             .question_id = row.text(1),
                             .order = row.integer(2),
                             .marks = row.integer(3),
                             .negative_marks = row.integer(4),
                             .statement = row.text(5),
                             .type = question_type_from(row.text(6)),
                             .domain = row.text(7),
                             .difficulty = row.text(8),
                             .bank_marks = row.integer(9),
                             .created_at = row.time(10),
                             .updated_at = row.time(11)});
    }
    return questions;
}

void add_question(sql::Session& session, const std::string& exam_id, const ExamQuestion& question) {
    session.execute(
        "INSERT INTO exam_questions (id, exam_id, question_id, position, marks, negative_marks) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        question.id, exam_id, question.question_id, question.order, question.marks,
        question.negative_marks);
}

void remove_question(sql::Session& session, const std::string& exam_id,
                     const std::string& question_id) {
    session.execute("DELETE FROM exam_questions WHERE exam_id = $1 AND question_id = $2", exam_id,
                    question_id);
}

void freeze_questions(sql::Session& session, const std::string& exam_id) {
    session.query(
        sql::locking(session,
                     "SELECT id FROM questions WHERE id IN "
                     "(SELECT question_id FROM exam_questions WHERE exam_id = $1) ORDER BY id",
                     "FOR SHARE"),
        exam_id);
    session.execute(
        "UPDATE exam_questions SET negative_marks = (SELECT q.negative_marks FROM questions q "
        "WHERE q.id = exam_questions.question_id) WHERE exam_id = $1",
        exam_id);
}

void audit(sql::Session& session, const AuditEntry& entry) {
    session.execute(
        "INSERT INTO exam_audit (id, at, actor_id, action, exam_id, attempt_id, detail) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        entry.id, entry.at, entry.actor_id, entry.action, entry.exam_id, entry.attempt_id,
        entry.detail);
}

}  // namespace tripos::exams::exam_store
