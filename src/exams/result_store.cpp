// SPDX-License-Identifier: MIT
#include "exams/result_store.hpp"

#include <unordered_map>

#include "exams/attempt_store.hpp"
#include "exams/exam_store.hpp"

namespace tripos::exams::result_store {

namespace {

std::vector<ResultQuestion> read_questions(sql::Session& session, const std::string& exam_id) {
    std::vector<ResultQuestion> questions;
    std::unordered_map<std::string, std::size_t> places;
    for (auto& question : exam_store::questions_of(session, exam_id)) {
        places.emplace(question.question_id, questions.size());
        questions.push_back({.question = std::move(question)});
    }
    const auto options = session.query(
        "SELECT o.question_id, o.id, o.text, o.is_correct FROM question_options o "
        "JOIN exam_questions x ON x.question_id = o.question_id "
        "WHERE x.exam_id = $1 ORDER BY x.position, o.position",
        exam_id);
    for (const auto& row : options) {
        questions[places.at(row.text(0))].options.push_back(
            {.id = row.text(1), .text = row.text(2), .is_correct = row.flag(3)});
    }
    const auto numbers = session.query(
        "SELECT q.id, q.numerical_answer, q.tolerance FROM questions q "
        "JOIN exam_questions x ON x.question_id = q.id "
        "WHERE x.exam_id = $1 AND q.numerical_answer IS NOT NULL",
        exam_id);
    for (const auto& row : numbers) {
        questions[places.at(row.text(0))].key =
            NumericalKey{.value = row.text(1), .tolerance = row.text(2)};
    }
    return questions;
}

Marks total_marks(sql::Session& session, const std::string& exam_id) {
    return session
        .query_one(
            "SELECT CAST(COALESCE(SUM(marks), 0) AS BIGINT) FROM exam_questions "
            "WHERE exam_id = $1",
            exam_id)
        ->integer(0);
}

}  // namespace

std::optional<AttemptResult> find(sql::Session& session, const std::string& attempt_id) {
    auto attempt = attempt_store::find(session, attempt_id);
    if (!attempt || attempt->status == AttemptStatus::voided) {
        return std::nullopt;
    }
    AttemptResult result;
    result.exam = *exam_store::find(session, attempt->exam_id);
    result.questions = read_questions(session, attempt->exam_id);
    result.answers = attempt_store::answers_of(session, attempt_id);
    const auto marks =
        session.query_one("SELECT question_marks FROM attempts WHERE id = $1", attempt_id);
    result.marks = parse_marks_list(marks->maybe_text(0).value_or(""));
    result.attempt = std::move(*attempt);
    return result;
}

std::vector<StaffResult> list(sql::Session& session, const std::string& exam_id, std::int64_t limit,
                              std::int64_t offset) {
    std::vector<StaffResult> results;
    const auto rows = session.query(
        "SELECT a.id, a.user_id, u.full_name, u.email, p.enrollment_number, p.department, "
        "a.status, a.score, a.started_at, a.submitted_at "
        "FROM attempts a LEFT JOIN users u ON u.id = a.user_id "
        "LEFT JOIN profiles p ON p.user_id = a.user_id "
        "WHERE a.exam_id = $1 AND a.void_at IS NULL "
        "ORDER BY a.score DESC NULLS LAST, a.submitted_at, a.id LIMIT $2 OFFSET $3",
        exam_id, limit, offset);
    for (const auto& row : rows) {
        results.push_back({.attempt_id = row.text(0),
                           .user_id = row.text(1),
                           .name = row.maybe_text(2),
                           .email = row.maybe_text(3),
                           .enrollment_number = row.maybe_text(4),
                           .department = row.maybe_text(5),
                           .status = attempt_status_from(row.text(6)),
                           .score = row.maybe_integer(7),
                           .started_at = row.time(8),
                           .submitted_at = row.maybe_time(9)});
    }
    return results;
}

ResultStatistics statistics(sql::Session& session, const std::string& exam_id) {
    const auto row = session.query_one(
        "SELECT COUNT(*), COUNT(CASE WHEN status = 'IN_PROGRESS' THEN 1 END), "
        "COUNT(CASE WHEN status = 'SUBMITTED' THEN 1 END), "
        "COUNT(CASE WHEN status = 'AUTO_SUBMITTED' THEN 1 END), "
        "CAST(COALESCE(SUM(score), 0) AS BIGINT), COUNT(score), MAX(score), MIN(score) "
        "FROM attempts WHERE exam_id = $1 AND void_at IS NULL",
        exam_id);
    return ResultStatistics{.participants = row->integer(0),
                            .in_progress = row->integer(1),
                            .submitted = row->integer(2),
                            .auto_submitted = row->integer(3),
                            .score_sum = row->integer(4),
                            .graded = row->integer(5),
                            .highest = row->maybe_integer(6),
                            .lowest = row->maybe_integer(7),
                            .total_marks = total_marks(session, exam_id)};
}

Leaderboard leaderboard(sql::Session& session, const Exam& exam, std::int64_t places) {
    Leaderboard board{.exam = exam, .total_marks = total_marks(session, exam.id)};
    const auto rows = session.query(
        "SELECT u.full_name, p.department, p.year, a.score "
        "FROM attempts a LEFT JOIN users u ON u.id = a.user_id "
        "LEFT JOIN profiles p ON p.user_id = a.user_id "
        "WHERE a.exam_id = $1 AND a.void_at IS NULL AND a.score IS NOT NULL "
        "ORDER BY a.score DESC, a.submitted_at, a.id LIMIT $2",
        exam.id, places);
    for (const auto& row : rows) {
        board.entries.push_back({.name = row.maybe_text(0),
                                 .department = row.maybe_text(1),
                                 .year = row.maybe_text(2),
                                 .score = row.integer(3)});
    }
    board.participants = session
                             .query_one(
                                 "SELECT COUNT(*) FROM attempts WHERE exam_id = $1 "
                                 "AND void_at IS NULL AND score IS NOT NULL",
                                 exam.id)
                             ->integer(0);
    return board;
}

}  // namespace tripos::exams::result_store
