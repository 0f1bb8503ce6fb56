// SPDX-License-Identifier: MIT
#include "exams/shapes.hpp"

#include "exams/exam.hpp"
#include "questions/shapes.hpp"

namespace tripos::exams::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Schema time_input() {
    return text().says("ISO 8601; without an offset it is read in EXAM_TIMEZONE");
}

}  // namespace

Members exam_input() {
    return {{"title?", text()},
            {"description?", text()},
            {"durationMinutes?", integer().with("minimum", 1)},
            {"startTime?", time_input()},
            {"endTime?", time_input()},
            {"leaderboard?", one_of(entity::words<BoardView>())},
            {"leaderboardNames?", one_of(entity::words<BoardNames>())}};
}

Schema listed_exam() {
    return object(entity::shapes(kListedMembers)).named("ListedExam");
}

Schema assigned_exam() {
    return object(entity::shapes(kAssignedMembers)).named("AssignedExam");
}

Schema exam() {
    const auto question =
        object({{"id", uuid().says("The question's")},
                {"examQuestionId", uuid().says("Of its place in this exam")},
                {"statement", text()},
                {"questionType", questions::shapes::question_type()},
                {"domain", text()},
                {"difficulty", questions::shapes::difficulty()},
                {"marks", questions::shapes::marks().says("In the bank")},
                {"negativeMarks", questions::shapes::marks()},
                {"createdAt", instant()},
                {"updatedAt", instant()},
                {"questionOrder", integer()},
                {"marksForEachQuestion", questions::shapes::marks()},
                {"ExamQuestion", object({{"questionOrder", integer()},
                                         {"marksForEachQuestion", questions::shapes::marks()}})}})
            .named("ExamQuestion");
    return object(joined(entity::shapes(kMembers), {{"totalMarks", questions::shapes::marks()},
                                                    {"questions", list_of(question)}}))
        .named("Exam");
}

}  // namespace tripos::exams::shapes
