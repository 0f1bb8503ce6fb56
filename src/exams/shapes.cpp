// SPDX-License-Identifier: MIT
#include "exams/shapes.hpp"

#include "exams/exam.hpp"
#include "questions/shapes.hpp"

namespace tripos::exams::shapes {

using namespace http::schema;
using http::Schema;

Schema listed_exam() {
    return object(entity::shapes(kListedMembers)).named("ListedExam");
}

Schema assigned_exam() {
    return object(entity::shapes(kAssignedMembers)).named("AssignedExam");
}

Schema exam() {
    const auto place = object(entity::shapes(kPlaceMembers));
    const auto question =
        object(joined(entity::shapes(kQuestionMembers), {{"ExamQuestion", place}}))
            .named("ExamQuestion");
    return object(joined(entity::shapes(kMembers), {{"totalMarks", questions::shapes::marks()},
                                                    {"questions", list_of(question)}}))
        .named("Exam");
}

}  // namespace tripos::exams::shapes
