// SPDX-License-Identifier: MIT
#include "questions/shapes.hpp"

#include "questions/question.hpp"

namespace tripos::questions {

std::optional<Marks> read_marks(http::BodyReader& body, std::string_view name) {
    const auto number = body.maybe_number(name, {.min = 0, .max = 1'000'000});
    if (!number) {
        return std::nullopt;
    }
    const auto marks = marks_from_number(*number);
    if (!marks) {
        body.reject(name, std::string(name) + " may have at most three decimals");
    }
    return marks;
}

namespace shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

Schema marks() {
    return number().with("minimum", 0);
}

Schema question_type() {
    return one_of(entity::words<QuestionType>()).named("QuestionType");
}

Schema difficulty() {
    return one_of(entity::words<Difficulty>()).named("Difficulty");
}

Schema question() {
    const auto option = object(
        joined(entity::shapes(kOptionMembers), {{"order", integer()}, {"questionId", uuid()}}));
    const auto key = object({{"id", uuid().says("The question's")},
                             {"questionId", uuid()},
                             {"value", number()},
                             {"tolerance", number().with("minimum", 0)}})
                         .named("QuestionKey");
    const auto answers = Members{{"options", list_of(option)}, {"numericalAnswer", key.nullable()}};
    return object(joined(joined(entity::shapes(kOutline), answers), entity::shapes(kTimes)))
        .named("Question");
}

}  // namespace shapes

}  // namespace tripos::questions
