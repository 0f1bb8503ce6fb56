// SPDX-License-Identifier: MIT
#include "results/correction_rules.hpp"

#include <algorithm>

#include "attempts/attempt_grading.hpp"
#include "exams/exam_store.hpp"
#include "questions/question_store.hpp"

namespace tripos::results {

namespace {

namespace correction_store = attempts::correction_store;
using attempts::Treatment;
using questions::QuestionType;

const attempts::KeyedQuestion* find_question(const attempts::AnswerKey& key,
                                             const std::string& id) {
    const auto found = std::find_if(
        key.questions.begin(), key.questions.end(),
        [&id](const attempts::KeyedQuestion& question) { return question.question_id == id; });
    return found == key.questions.end() ? nullptr : &*found;
}

bool has_options(const questions::Question& question, const std::vector<std::string>& ids) {
    return std::all_of(ids.begin(), ids.end(), [&question](const std::string& id) {
        return std::any_of(question.options.begin(), question.options.end(),
                           [&id](const questions::Option& option) { return option.id == id; });
    });
}

/// What is wrong with one of the answers; empty: nothing.
std::string problem_of(const questions::Question& question, const questions::QuestionKey& answer) {
    if (question.type == QuestionType::numerical) {
        return answer.number && answer.correct_ids.empty()
                   ? ""
                   : "an answer to a NUMERICAL question has a value and a tolerance, no options";
    }
    if (answer.number || answer.correct_ids.empty() ||
        (question.type == QuestionType::single_correct && answer.correct_ids.size() != 1)) {
        return question.type == QuestionType::single_correct
                   ? "an answer to a SINGLE_CORRECT question has exactly one of optionIds"
                   : "an answer to a MULTIPLE_CORRECT question has optionIds, at least one";
    }
    return has_options(question, answer.correct_ids) ? ""
                                                     : "optionIds must be options of the question";
}

}  // namespace

Result<CorrectionSubject> find_subject(sql::Session& session, const std::string& exam_id,
                                       const CorrectionOrder& order) {
    auto key = attempts::read_published_key(session, exam_id);
    attempts::apply_corrections(key, correction_store::list(session, exam_id));
    const auto* keyed = find_question(key, order.question_id);
    if (keyed == nullptr) {
        return invalid_field("questionId", "questionId must be a question of this exam");
    }
    auto question = questions::question_store::find(session, order.question_id);
    const auto exam = exams::exam_store::find(session, exam_id);
    for (auto& option : question->options) {
        option.id = exams::shown_option_id(*exam, option.id);
    }
    for (const auto& answer : order.answers) {
        if (auto problem = problem_of(*question, answer); !problem.empty()) {
            return invalid_field("answers", std::move(problem));
        }
    }
    http::JsonWriter before;
    write_treatment(before.begin_object().member("questionId", keyed->question_id), *keyed);
    return CorrectionSubject{.type = question->type, .before = before.end_object().take()};
}

attempts::Correction correction_of(const std::string& exam_id, const CorrectionOrder& order) {
    attempts::Correction correction{.exam_id = exam_id,
                                    .question_id = order.question_id,
                                    .treatment = order.treatment,
                                    .answers = {},
                                    .reason = order.reason};
    for (const auto& answer : order.answers) {
        correction.answers.push_back(attempts::answer_line(answer));
    }
    return correction;
}

std::vector<ShownCorrection> list_corrections(sql::Session& session, const std::string& exam_id) {
    const auto key = attempts::read_published_key(session, exam_id);
    const auto in_force = correction_store::extent(session, exam_id).in_force;
    std::vector<ShownCorrection> all;
    for (auto& correction : correction_store::list(session, exam_id)) {
        const auto type = find_question(key, correction.question_id)->right.front().type;
        const bool is_in_force = correction.number <= in_force;
        all.push_back({.correction = std::move(correction), .type = type, .in_force = is_in_force});
    }
    return all;
}

std::string facts_of(const ShownCorrection& shown) {
    http::JsonWriter json;
    write_correction(json.begin_object(), shown);
    return json.end_object().take();
}

void write_correction(http::JsonWriter& json, const ShownCorrection& shown) {
    entity::write(json, shown.correction, attempts::kCorrectionMembers);
    json.name("answers").begin_array();
    for (const auto& line : shown.correction.answers) {
        attempts::write_right(json, attempts::read_answer_line(line, shown.type));
    }
    json.end_array().member("inForce", shown.in_force);
}

}  // namespace tripos::results
