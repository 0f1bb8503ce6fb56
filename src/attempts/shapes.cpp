// SPDX-License-Identifier: MIT
#include "attempts/shapes.hpp"

#include "attempts/attempt.hpp"
#include "questions/shapes.hpp"

namespace tripos::attempts::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

Schema attempt_status() {
    return one_of(entity::words<AttemptStatus>()).named("AttemptStatus");
}

Schema live_exam() {
    return object(joined(entity::shapes(exams::kListedMembers),
                         {{"hasAttempt", flag()},
                          {"attemptStatus", attempt_status().nullable()},
                          {"attemptId", uuid().nullable()}}))
        .named("LiveExam");
}

Schema answer() {
    return object(
               {{"selectedOptionIds", list_of(uuid())}, {"numericalAnswer", number().nullable()}})
        .named("SavedAnswer");
}

Schema paper() {
    const auto question = object({{"examQuestionId", uuid()},
                                  {"questionOrder", integer()},
                                  {"marks", questions::shapes::marks()},
                                  {"id", uuid()},
                                  {"statement", text()},
                                  {"questionType", questions::shapes::question_type()},
                                  {"domain", text()},
                                  {"options", list_of(object({{"id", uuid()}, {"text", text()}}))},
                                  {"studentAnswer", answer().nullable()}})
                              .says("Nothing in it tells which option is correct")
                              .named("PaperQuestion");
    return object({{"id", uuid()}, {"title", text()}, {"questions", list_of(question)}})
        .named("Paper");
}

}  // namespace tripos::attempts::shapes
