// SPDX-License-Identifier: MIT
#include "questions/question.hpp"

#include <algorithm>

namespace tripos::questions {

std::string_view to_text(QuestionType type) {
    switch (type) {
        case QuestionType::single_correct:
            return "SINGLE_CORRECT";
        case QuestionType::multiple_correct:
            return "MULTIPLE_CORRECT";
        case QuestionType::numerical:
            return "NUMERICAL";
    }
    return {};
}

std::string_view to_text(Difficulty difficulty) {
    switch (difficulty) {
        case Difficulty::easy:
            return "EASY";
        case Difficulty::medium:
            return "MEDIUM";
        case Difficulty::hard:
            return "HARD";
    }
    return {};
}

std::string_view to_text(Format format) {
    switch (format) {
        case Format::plain:
            return "plain";
        case Format::markdown:
            return "markdown";
    }
    return {};
}

bool has_formula(Format format, std::string_view text) {
    // `\$` is a dollar.
    const auto next = [text](std::size_t from) {
        auto at = text.find('$', from);
        while (at != text.npos && at > 0 && text[at - 1] == '\\') {
            at = text.find('$', at + 1);
        }
        return at;
    };
    const auto first = format == Format::markdown ? next(0) : text.npos;
    return first != text.npos && next(first + 1) != text.npos;
}

Error no_question() {
    return not_found("Question not found");
}

Question changed(Question question, const QuestionChange& change) {
    change.members.apply(question);
    if (question.type != QuestionType::numerical) {
        question.key.reset();
        return question;
    }
    question.options.clear();
    if (change.numerical_answer && !question.key) {
        question.key.emplace();
    }
    if (question.key) {
        question.key->value = change.numerical_answer.value_or(question.key->value);
        question.key->tolerance = change.tolerance.value_or(question.key->tolerance);
    }
    return question;
}

std::vector<FieldError> problems_of(const Question& question) {
    std::vector<FieldError> problems;
    const auto reject = [&](std::string field, std::string message) {
        problems.push_back({.field = std::move(field), .message = std::move(message)});
    };
    if (question.statement.empty()) {
        reject("statement", "statement is required");
    }
    if (question.domain.empty()) {
        reject("domain", "domain is required");
    }
    if (question.type == QuestionType::numerical) {
        if (!question.key) {
            reject("numericalAnswer", "numericalAnswer is required for a NUMERICAL question");
        }
        return problems;
    }
    if (question.options.size() < 2) {
        reject("options", "options are required: give at least two");
        return problems;
    }
    for (const auto& option : question.options) {
        if (option.text.empty()) {
            reject("options", "every option needs a text");
            break;
        }
    }
    const auto correct = std::count_if(question.options.begin(), question.options.end(),
                                       [](const Option& option) { return option.is_correct; });
    if (question.type == QuestionType::single_correct && correct != 1) {
        reject("options", "a SINGLE_CORRECT question needs exactly one correct option");
    }
    if (question.type == QuestionType::multiple_correct && correct == 0) {
        reject("options", "a MULTIPLE_CORRECT question needs at least one correct option");
    }
    return problems;
}

void write_question(http::JsonWriter& json, const Question& question) {
    json.begin_object();
    entity::write(json, question, kOutline);
    json.name("options").begin_array();
    std::int64_t order = 0;
    for (const auto& option : question.options) {
        json.begin_object();
        entity::write(json, option, kOptionMembers);
        json.member("order", ++order).member("questionId", question.id).end_object();
    }
    json.end_array().name("numericalAnswer");
    if (question.key) {
        // A key is one with its question; clients of the original API look for an id of its own.
        json.begin_object()
            .member("id", question.id)
            .member("questionId", question.id)
            .member_raw("value", question.key->value)
            .member_raw("tolerance", question.key->tolerance)
            .end_object();
    } else {
        json.null();
    }
    entity::write(json, question, kTimes);
    json.end_object();
}

}  // namespace tripos::questions
