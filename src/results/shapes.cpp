// SPDX-License-Identifier: MIT
#include "results/shapes.hpp"

#include "attempts/shapes.hpp"
#include "questions/shapes.hpp"

namespace tripos::results::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Schema marked_option() {
    return object({{"id", uuid()}, {"text", text()}, {"isCorrect", flag()}});
}

Schema number_with_tolerance() {
    return object({{"value", number()}, {"tolerance", number().with("minimum", 0)}})
        .named("NumericalKey");
}

Schema result_question() {
    return object(
               {{"questionId", uuid()},
                {"questionOrder", integer()},
                {"statement", text()},
                {"questionType", questions::shapes::question_type()},
                {"marks", questions::shapes::marks()},
                {"negativeMarks", questions::shapes::marks()},
                {"options", list_of(marked_option())},
                {"studentAnswer", object({{"selectedOptionIds", list_of(uuid())},
                                          {"numericalAnswer", number().nullable()},
                                          {"marksObtained", number()}})},
                {"correctAnswer", either({uuid(), list_of(uuid()), number_with_tolerance()})
                                      .nullable()
                                      .says("An option's id, several, or the number asked for")}})
        .named("ResultQuestion");
}

}  // namespace

Schema listed_result() {
    return object({{"attemptId", uuid()},
                   {"examId", uuid()},
                   {"examTitle", text()},
                   {"score", number().nullable().says("Null until it is released")},
                   {"status", attempts::shapes::attempt_status()},
                   {"submittedAt", instant().nullable()},
                   {"startedAt", instant()},
                   {"durationMinutes", integer()},
                   {"endTime", instant()},
                   {"isResultAvailable", flag()}})
        .named("ListedResult");
}

Members score() {
    return {{"attemptId", uuid()},
            {"examId", uuid()},
            {"examTitle", text()},
            {"score", number().nullable()},
            {"status", attempts::shapes::attempt_status()},
            {"submittedAt", instant().nullable()}};
}

Members analysis() {
    return joined(score(),
                  {{"totalQuestions", integer()},
                   {"totalMarks", questions::shapes::marks()},
                   {"percentage", number().says("Of totalMarks, with at most two decimals")},
                   {"startedAt", instant()},
                   {"durationMinutes", integer()},
                   {"questions", list_of(result_question())}});
}

Schema staff_result() {
    const auto candidate = object({{"id", uuid()},
                                   {"name", text().nullable()},
                                   {"email", text().nullable()},
                                   {"enrollmentNumber", text().nullable()},
                                   {"department", text().nullable()}});
    return object({{"attemptId", uuid()},
                   {"candidate", candidate},
                   {"status", attempts::shapes::attempt_status()},
                   {"score", number().nullable()},
                   {"startedAt", instant()},
                   {"submittedAt", instant().nullable()}})
        .named("CandidateResult");
}

Schema statistics() {
    return object({{"participants", integer()},
                   {"inProgress", integer()},
                   {"submitted", integer()},
                   {"autoSubmitted", integer()},
                   {"averageScore", number().nullable()},
                   {"highestScore", number().nullable()},
                   {"lowestScore", number().nullable()},
                   {"totalMarks", questions::shapes::marks()}})
        .named("ResultStatistics");
}

Members leaderboard() {
    const auto exam = object({{"id", uuid()},
                              {"title", text()},
                              {"examDate", instant()},
                              {"endTime", instant()},
                              {"totalMarks", questions::shapes::marks()}});
    const auto place = object({{"rank", integer().with("minimum", 1)},
                               {"name", text().nullable()},
                               {"department", text().nullable()},
                               {"year", text().nullable()},
                               {"score", number()}})
                           .named("LeaderboardPlace");
    return {{"exam", exam},
            {"data", list_of(place)},
            {"count", integer()},
            {"totalParticipants", integer()}};
}

}  // namespace tripos::results::shapes
