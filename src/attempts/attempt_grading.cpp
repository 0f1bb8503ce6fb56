// SPDX-License-Identifier: MIT
#include "attempts/attempt_grading.hpp"

#include <unordered_map>

#include "attempts/answer_store.hpp"
#include "attempts/correction_store.hpp"
#include "exams/exam_store.hpp"
#include "questions/question_store.hpp"

namespace tripos::attempts {

AnswerKey read_published_key(sql::Session& session, const std::string& exam_id) {
    const auto exam = exams::exam_store::find(session, exam_id).value_or(exams::Exam());
    const auto places = exams::exam_store::places_of(session, exam_id);
    auto keys = questions::question_store::keys_of(session, exams::exam_store::ids_of(places));
    AnswerKey key;
    key.rule = exams::exam_store::negative_marks_of(session, exam_id);
    for (const auto& place : places) {
        auto& known = keys.at(place.question_id);
        for (auto& id : known.correct_ids) {
            id = exams::shown_option_id(exam, id);
        }
        KeyedQuestion question{.question_id = place.question_id,
                               .marks = place.marks,
                               .negative_marks = place.negative_marks,
                               .right = {}};
        question.right.push_back(std::move(known));
        key.questions.push_back(std::move(question));
    }
    return key;
}

AnswerKey read_answer_key(sql::Session& session, const std::string& exam_id) {
    auto key = read_published_key(session, exam_id);
    apply_corrections(key, correction_store::in_force(session, exam_id));
    return key;
}

void grade_attempts(sql::Session& session, const std::vector<Attempt>& attempts) {
    std::unordered_map<std::string, AnswerKey> keys;
    for (const auto& attempt : attempts) {
        auto found = keys.find(attempt.exam_id);
        if (found == keys.end()) {
            // A regrade puts another key in force before, or waits and then sees this attempt.
            exams::exam_store::find_to_rely_on(session, attempt.exam_id);
            found = keys.emplace(attempt.exam_id, read_answer_key(session, attempt.exam_id)).first;
        }
        const auto answers = answer_store::answers_of(session, attempt.id);
        attempt_store::set_grade(session, attempt.id, grade(found->second, answers));
    }
}

std::vector<Regrade> find_regrades(sql::Session& session, const std::string& exam_id,
                                   const std::vector<attempt_store::Graded>& attempts) {
    const auto key = read_answer_key(session, exam_id);
    std::vector<Regrade> changes;
    for (const auto& [attempt, marks] : attempts) {
        auto graded = grade(key, answer_store::answers_of(session, attempt.id));
        if (attempt.score != graded.score || marks != marks_list(graded.per_question)) {
            changes.push_back({.attempt = attempt, .grade = std::move(graded)});
        }
    }
    return changes;
}

}  // namespace tripos::attempts
