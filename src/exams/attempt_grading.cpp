// SPDX-License-Identifier: MIT
#include "exams/attempt_grading.hpp"

#include <unordered_map>

namespace tripos::exams {

AnswerKey read_answer_key(sql::Session& session, const std::string& exam_id) {
    AnswerKey key;
    std::unordered_map<std::string, std::size_t> places;
    const auto rows = session.query(
        "SELECT x.question_id, q.question_type, x.marks, x.negative_marks, q.numerical_answer, "
        "q.tolerance FROM exam_questions x JOIN questions q ON q.id = x.question_id "
        "WHERE x.exam_id = $1 ORDER BY x.position",
        exam_id);
    for (const auto& row : rows) {
        KeyedQuestion question{.question_id = row.text(0),
                               .type = question_type_from(row.text(1)),
                               .marks = row.integer(2),
                               .negative_marks = row.integer(3)};
        if (!row.is_null(4)) {
            question.number = NumericalKey{.value = row.text(4), .tolerance = row.text(5)};
        }
        places.emplace(question.question_id, key.size());
        key.push_back(std::move(question));
    }
    const auto options = session.query(
        "SELECT o.question_id, o.id FROM question_options o "
        "JOIN exam_questions x ON x.question_id = o.question_id "
        "WHERE x.exam_id = $1 AND o.is_correct = 1 ORDER BY o.position",
        exam_id);
    for (const auto& row : options) {
        key[places.at(row.text(0))].correct_ids.push_back(row.text(1));
    }
    return key;
}

std::int64_t grade_attempts(sql::Session& session, const std::vector<Attempt>& attempts,
                            NegativeMarks rule) {
    std::unordered_map<std::string, AnswerKey> keys;
    std::int64_t changed = 0;
    for (const auto& attempt : attempts) {
        auto found = keys.find(attempt.exam_id);
        if (found == keys.end()) {
            found = keys.emplace(attempt.exam_id, read_answer_key(session, attempt.exam_id)).first;
        }
        const auto answers = attempt_store::answers_of(session, attempt.id);
        const auto graded = grade(found->second, answers, rule);
        changed += attempt_store::set_grade(session, attempt.id, graded) ? 1 : 0;
    }
    return changed;
}

}  // namespace tripos::exams
