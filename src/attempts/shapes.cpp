// SPDX-License-Identifier: MIT
#include "attempts/shapes.hpp"

#include "attempts/attempt.hpp"
#include "attempts/notice.hpp"
#include "questions/shapes.hpp"

namespace tripos::attempts::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

Schema attempt_status() {
    return one_of(entity::words<AttemptStatus>()).named("AttemptStatus");
}

Members clock() {
    return joined({{"serverTime", instant()}}, entity::shapes(kDeadlineMembers));
}

Members own_attempt() {
    return {{"hasAttempt", flag()},
            {"attemptStatus", attempt_status().nullable()},
            {"attemptId", uuid().nullable()}};
}

Schema live_exam() {
    const auto deadline = instant().nullable().says("Of the caller's attempt while it runs");
    return object(joined(joined(entity::shapes(exams::kListedMembers), own_attempt()),
                         {{"deadline", deadline}}))
        .named("LiveExam");
}

Members answer() {
    return entity::shapes(kContentMembers);
}

Members kept_late() {
    return {{"keptAsLate?", integer().says("So many answers came too late and are kept as "
                                           "evidence; staff may accept them")}};
}

Members notices() {
    return {{"notices?", list_of(object(entity::shapes(kToldMembers)).named("ToldNotice"))}};
}

Members revision() {
    return entity::shapes(kRevisionMembers);
}

Members version() {
    return joined(answer(), entity::shapes(kVersionMembers));
}

Schema paper() {
    const auto options = list_of(object(entity::shapes(questions::kShownMembers)));
    const auto question =
        object(joined(entity::shapes(kPaperMembers),
                      {{"options", options},
                       {"studentAnswer", object(answer()).named("SavedAnswer").nullable()}}))
            .says("Nothing in it tells which option is correct")
            .named("PaperQuestion");
    return object(joined(joined(entity::shapes(kPaperExamMembers), entity::shapes(kSummaryMembers)),
                         {{"questions", list_of(question)}}))
        .named("Paper");
}

}  // namespace tripos::attempts::shapes
