// SPDX-License-Identifier: MIT
#include "exams/shapes.hpp"

namespace tripos::exams::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Members exam_members() {
    return {{"id", uuid()},           {"title", text()},      {"description", text().nullable()},
            {"startTime", instant()}, {"endTime", instant()}, {"durationMinutes", integer()}};
}

Members with(Members members, const Members& more) {
    members.insert(members.end(), more.begin(), more.end());
    return members;
}

Schema marked_option() {
    return object({{"id", uuid()}, {"text", text()}, {"isCorrect", flag()}});
}

Schema number_with_tolerance() {
    return object({{"value", number()}, {"tolerance", number().with("minimum", 0)}})
        .named("NumericalKey");
}

Schema time_input() {
    return text().says("ISO 8601; without an offset it is read in EXAM_TIMEZONE");
}

Schema result_question() {
    return object(
               {{"questionId", uuid()},
                {"questionOrder", integer()},
                {"statement", text()},
                {"questionType", question_type()},
                {"marks", marks()},
                {"negativeMarks", marks()},
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

Schema marks() {
    return number().with("minimum", 0);
}

Schema question_type() {
    return one_of({"SINGLE_CORRECT", "MULTIPLE_CORRECT", "NUMERICAL"}).named("QuestionType");
}

Schema difficulty() {
    return one_of({"EASY", "MEDIUM", "HARD"}).named("Difficulty");
}

Schema attempt_status() {
    return one_of({"IN_PROGRESS", "SUBMITTED", "AUTO_SUBMITTED", "VOIDED"}).named("AttemptStatus");
}

Members question_input() {
    return {{"statement?", text()},
            {"questionType?", question_type()},
            {"domain?", text().says("Kept in lower case")},
            {"marks?", marks()},
            {"negativeMarks?", marks()},
            {"difficulty?", difficulty()},
            {"options?", list_of(object({{"text", text()}, {"isCorrect?", flag()}}))
                             .says("Replaces the whole set")},
            {"numericalAnswer?", number()},
            {"tolerance?", number().with("minimum", 0)}};
}

Schema question() {
    const auto option = object({{"id", uuid()},
                                {"text", text()},
                                {"isCorrect", flag()},
                                {"order", integer()},
                                {"questionId", uuid()}});
    const auto key = object({{"id", uuid().says("The question's")},
                             {"questionId", uuid()},
                             {"value", number()},
                             {"tolerance", number().with("minimum", 0)}})
                         .named("QuestionKey");
    return object({{"id", uuid()},
                   {"statement", text()},
                   {"questionType", question_type()},
                   {"domain", text()},
                   {"marks", marks()},
                   {"negativeMarks", marks()},
                   {"difficulty", difficulty()},
                   {"options", list_of(option)},
                   {"numericalAnswer", key.nullable()},
                   {"createdAt", instant()},
                   {"updatedAt", instant()}})
        .named("Question");
}

Members exam_input() {
    return {{"title?", text()},
            {"description?", text()},
            {"durationMinutes?", integer().with("minimum", 1)},
            {"startTime?", time_input()},
            {"endTime?", time_input()}};
}

Schema listed_exam() {
    return object(exam_members()).named("ListedExam");
}

Schema live_exam() {
    return object(with(exam_members(), {{"hasAttempt", flag()},
                                        {"attemptStatus", attempt_status().nullable()},
                                        {"attemptId", uuid().nullable()}}))
        .named("LiveExam");
}

Schema exam() {
    const auto question =
        object({{"id", uuid().says("The question's")},
                {"examQuestionId", uuid().says("Of its place in this exam")},
                {"statement", text()},
                {"questionType", question_type()},
                {"domain", text()},
                {"difficulty", difficulty()},
                {"marks", marks().says("In the bank")},
                {"negativeMarks", marks()},
                {"createdAt", instant()},
                {"updatedAt", instant()},
                {"questionOrder", integer()},
                {"marksForEachQuestion", marks()},
                {"ExamQuestion",
                 object({{"questionOrder", integer()}, {"marksForEachQuestion", marks()}})}})
            .named("ExamQuestion");
    const auto status = one_of({"DRAFT", "PUBLISHED", "CLOSED"});
    return object(with(exam_members(), {{"status", status},
                                        {"state", status.says("The same as status")},
                                        {"createdBy", uuid().nullable()},
                                        {"createdAt", instant()},
                                        {"updatedAt", instant()},
                                        {"totalMarks", marks()},
                                        {"questions", list_of(question)}}))
        .named("Exam");
}

Schema answer() {
    return object(
               {{"selectedOptionIds", list_of(uuid())}, {"numericalAnswer", number().nullable()}})
        .named("SavedAnswer");
}

Schema paper() {
    const auto question = object({{"examQuestionId", uuid()},
                                  {"questionOrder", integer()},
                                  {"marks", marks()},
                                  {"id", uuid()},
                                  {"statement", text()},
                                  {"questionType", question_type()},
                                  {"domain", text()},
                                  {"options", list_of(object({{"id", uuid()}, {"text", text()}}))},
                                  {"studentAnswer", answer().nullable()}})
                              .says("Nothing in it tells which option is correct")
                              .named("PaperQuestion");
    return object({{"id", uuid()}, {"title", text()}, {"questions", list_of(question)}})
        .named("Paper");
}

Schema listed_result() {
    return object({{"attemptId", uuid()},
                   {"examId", uuid()},
                   {"examTitle", text()},
                   {"score", number().nullable().says("Null until it is released")},
                   {"status", attempt_status()},
                   {"submittedAt", instant().nullable()},
                   {"startedAt", instant()},
                   {"durationMinutes", integer()},
                   {"endTime", instant()},
                   {"isResultAvailable", flag()}})
        .named("ListedResult");
}

Members score() {
    return {{"attemptId", uuid()},        {"examId", uuid()},
            {"examTitle", text()},        {"score", number().nullable()},
            {"status", attempt_status()}, {"submittedAt", instant().nullable()}};
}

Members analysis() {
    return with(score(), {{"totalQuestions", integer()},
                          {"totalMarks", marks()},
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
                   {"status", attempt_status()},
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
                   {"totalMarks", marks()}})
        .named("ResultStatistics");
}

Members leaderboard() {
    const auto exam = object({{"id", uuid()},
                              {"title", text()},
                              {"examDate", instant()},
                              {"endTime", instant()},
                              {"totalMarks", marks()}});
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

}  // namespace tripos::exams::shapes
