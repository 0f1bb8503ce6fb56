// SPDX-License-Identifier: MIT
#include "attempts/grading.hpp"

#include <algorithm>

#include "core/assert.hpp"
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

bool is_correct(const KeyedQuestion& question, const Answer& answer) {
    if (question.type == questions::QuestionType::numerical) {
        TRIPOS_ASSERT(question.number);
        return answer.number && questions::is_within(*answer.number, question.number->value,
                                                     question.number->tolerance);
    }
    return is_same_set(answer.option_ids, question.correct_ids);
}

}  // namespace

questions::Marks grade(const KeyedQuestion& question, const Answer* answer, NegativeMarks rule) {
    if (answer == nullptr || answer->is_empty()) {
        return 0;
    }
    if (is_correct(question, *answer)) {
        return question.marks;
    }
    return rule == NegativeMarks::clamp_to_zero ? 0 : -question.negative_marks;
}

Grade grade(const AnswerKey& key, const std::vector<Answer>& answers, NegativeMarks rule) {
    Grade result;
    for (const auto& question : key) {
        const auto marks = grade(question, find_answer(answers, question.question_id), rule);
        result.score += marks;
        result.per_question.push_back(marks);
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
