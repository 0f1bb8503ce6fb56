// SPDX-License-Identifier: MIT
#include "attempts/correction.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::attempts {

namespace {

http::Schema number_with_tolerance() {
    return http::schema::object({{"value", http::schema::number()},
                                 {"tolerance", http::schema::number().with("minimum", 0)}})
        .named("NumericalKey");
}

}  // namespace

std::string answer_line(const questions::QuestionKey& right) {
    return right.number ? right.number->value + ' ' + right.number->tolerance
                        : join(right.correct_ids, ",");
}

questions::QuestionKey read_answer_line(std::string_view line, questions::QuestionType type) {
    questions::QuestionKey right{.type = type, .correct_ids = {}, .number = std::nullopt};
    if (type == questions::QuestionType::numerical) {
        const auto parts = split(line, ' ');
        right.number = questions::NumericalKey{.value = std::string(parts.front()),
                                               .tolerance = std::string(parts.back())};
        return right;
    }
    for (const auto id : split(line, ',')) {
        right.correct_ids.emplace_back(id);
    }
    return right;
}

void apply_corrections(AnswerKey& key, const std::vector<Correction>& corrections) {
    for (auto& question : key.questions) {
        const auto last = std::find_if(corrections.rbegin(), corrections.rend(),
                                       [&question](const Correction& correction) {
                                           return correction.question_id == question.question_id;
                                       });
        if (last == corrections.rend()) {
            continue;
        }
        question.is_corrected = true;
        question.treatment = last->treatment;
        if (last->treatment != Treatment::answers) {
            continue;
        }
        const auto type = question.right.front().type;
        question.right.clear();
        for (const auto& line : last->answers) {
            question.right.push_back(read_answer_line(line, type));
        }
    }
}

void write_right(http::JsonWriter& json, const questions::QuestionKey& right) {
    switch (right.type) {
        case questions::QuestionType::single_correct:
            json.text(right.correct_ids.front());
            return;
        case questions::QuestionType::multiple_correct:
            json.begin_array();
            for (const auto& id : right.correct_ids) {
                json.text(id);
            }
            json.end_array();
            return;
        case questions::QuestionType::numerical:
            json.begin_object()
                .member_raw("value", right.number->value)
                .member_raw("tolerance", right.number->tolerance)
                .end_object();
    }
}

http::Schema right_shape() {
    using namespace http::schema;
    return either({uuid(), http::schema::list_of(uuid()), number_with_tolerance()});
}

void write_treatment(http::JsonWriter& json, const KeyedQuestion& question) {
    json.member("kind", to_text(question.treatment)).name("answers").begin_array();
    if (question.treatment == Treatment::answers) {
        for (const auto& right : question.right) {
            write_right(json, right);
        }
    }
    json.end_array();
}

http::Members treatment_shape() {
    return {{"kind", http::schema::one_of(entity::words<Treatment>())},
            {"answers",
             http::schema::list_of(right_shape()).says("Of ANSWERS: each of them is right")}};
}

}  // namespace tripos::attempts
