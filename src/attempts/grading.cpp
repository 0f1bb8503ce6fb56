// SPDX-License-Identifier: MIT
#include "attempts/grading.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "core/failpoint.hpp"
#include "core/text.hpp"
#include "questions/decimal.hpp"

namespace tripos::attempts {

namespace {

bool is_same_set(std::vector<std::string> a, std::vector<std::string> b) {
    const auto normalise = [](std::vector<std::string>& ids) {
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    };
    normalise(a);
    normalise(b);
    return a == b;
}

bool is_right(const questions::QuestionKey& key, const Answer& answer) {
    if (key.type == questions::QuestionType::numerical) {
        TRIPOS_ASSERT(key.number);
        return answer.number &&
               questions::is_within(*answer.number, key.number->value, key.number->tolerance);
    }
    return is_same_set(answer.option_ids, key.correct_ids);
}

}  // namespace

std::string_view to_text(Treatment treatment) {
    switch (treatment) {
        case Treatment::answers:
            return "ANSWERS";
        case Treatment::full_marks:
            return "FULL_MARKS";
        case Treatment::drop:
            return "DROP";
    }
    return {};
}

std::string_view to_text(Outcome outcome) {
    switch (outcome) {
        case Outcome::right:
            return "RIGHT";
        case Outcome::wrong:
            return "WRONG";
        case Outcome::unanswered:
            return "UNANSWERED";
        case Outcome::given:
            return "GIVEN";
        case Outcome::dropped:
            return "DROPPED";
    }
    return {};
}

questions::Marks total_marks(const AnswerKey& key) {
    questions::Marks total = 0;
    for (const auto& question : key.questions) {
        total += question.treatment == Treatment::drop ? 0 : question.marks;
    }
    return total;
}

Outcome outcome_of(const KeyedQuestion& question, const Answer* answer) {
    if (question.treatment != Treatment::answers) {
        return question.treatment == Treatment::drop ? Outcome::dropped : Outcome::given;
    }
    if (answer == nullptr || answer->is_empty()) {
        return Outcome::unanswered;
    }
    const bool any_right =
        std::any_of(question.right.begin(), question.right.end(),
                    [answer](const questions::QuestionKey& key) { return is_right(key, *answer); });
    return any_right ? Outcome::right : Outcome::wrong;
}

questions::Marks grade(const KeyedQuestion& question, const Answer* answer,
                       exams::NegativeMarks rule) {
    switch (outcome_of(question, answer)) {
        case Outcome::right:
        case Outcome::given:
            return question.marks;
        case Outcome::wrong:
            return rule == exams::NegativeMarks::clamp_to_zero ? 0 : -question.negative_marks;
        case Outcome::unanswered:
        case Outcome::dropped:
            break;
    }
    return 0;
}

Grade grade(const AnswerKey& key, const std::vector<Answer>& answers) {
    Grade result;
    for (const auto& question : key.questions) {
        const auto marks = grade(question, find_answer(answers, question.question_id), key.rule);
        result.score += marks;
        result.per_question.push_back(marks);
    }
    if (TRIPOS_FAILPOINT_AT_TIMES("add-point")) {
        result.score += 1000;
    }
    return result;
}

const Answer* find_answer(const std::vector<Answer>& answers, std::string_view question_id) {
    const auto found = std::find_if(answers.begin(), answers.end(), [&](const Answer& answer) {
        return answer.question_id == question_id;
    });
    return found == answers.end() ? nullptr : &*found;
}

std::string marks_list(const std::vector<questions::Marks>& marks) {
    std::string text;
    for (const auto value : marks) {
        text += text.empty() ? "" : ",";
        text += std::to_string(value);
    }
    return text;
}

std::vector<questions::Marks> parse_marks_list(std::string_view text) {
    std::vector<questions::Marks> marks;
    if (text.empty()) {
        return marks;
    }
    for (const auto part : split(text, ',')) {
        marks.push_back(parse_int(part).value_or(0));
    }
    return marks;
}

}  // namespace tripos::attempts
