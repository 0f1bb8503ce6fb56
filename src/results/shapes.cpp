// SPDX-License-Identifier: MIT
#include "results/shapes.hpp"

#include "results/leaderboard.hpp"

namespace tripos::results::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

/// What staff see of it as well.
Members keyed_members() {
    const auto option =
        joined(entity::shapes(kResultOptionMembers), {{"isCorrect", flag().nullable()}});
    return joined(entity::shapes(kAnsweredMembers),
                  {{"options", list_of(object(option))},
                   {"correctAnswer", attempts::right_shape().nullable().says(
                                         "An option's id, several, or the number asked for")},
                   {"correction", object(attempts::treatment_shape()).nullable()}});
}

Schema result_question() {
    const auto answer =
        joined(attempts::shapes::answer(), {{"marksObtained", number().nullable()}});
    const Members answers{
        {"studentAnswer", object(answer)},
        {"keyHeld",
         flag().says("Somebody may still answer it in another exam: until nobody may, "
                     "correctAnswer, correction, isCorrect and marksObtained are null")}};
    return object(joined(keyed_members(), answers)).named("ResultQuestion");
}

}  // namespace

Schema keyed_question() {
    return object(keyed_members()).named("KeyedQuestion");
}

Schema listed_result() {
    const auto taken = joined(entity::shapes(kTakenMembers), entity::shapes(kExamTitle));
    return object(joined(joined(taken, entity::shapes(kExamTimes)),
                         {{"score", number().nullable().says("Null until it is released")},
                          {"isResultAvailable", flag()}}))
        .named("ListedResult");
}

Members score() {
    return joined(joined(entity::shapes(kIdMembers), entity::shapes(kExamTitle)),
                  entity::shapes(kScoredMembers));
}

Members analysis() {
    return joined(joined(score(), entity::shapes(kExamDuration)),
                  {{"totalQuestions", integer()},
                   {"totalMarks", questions::shapes::marks()},
                   {"percentage", number().says("Of totalMarks, with at most two decimals")},
                   {"startedAt", instant()},
                   {"questions", list_of(result_question())}});
}

Schema staff_result() {
    const auto candidate = object(entity::shapes(accounts::kCandidateMembers));
    return object(
               joined(entity::shapes(kListedMembers),
                      {{"rank", integer().with("minimum", 1).nullable().says("Equals share one")},
                       {"candidate", candidate}}))
        .named("CandidateResult");
}

Schema statistics() {
    return object(
               joined(entity::shapes(kStatisticsMembers), {{"averageScore", number().nullable()}}))
        .named("ResultStatistics");
}

Members leaderboard() {
    const auto exam = object(
        joined(entity::shapes(kBoardExamMembers), {{"totalMarks", questions::shapes::marks()}}));
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
