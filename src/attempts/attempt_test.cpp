// SPDX-License-Identifier: MIT
#include "attempts/attempt.hpp"

#include <gtest/gtest.h>

namespace tripos::attempts {
namespace {

using std::chrono::minutes;

const Timestamp kStart = from_millis(1'767'600'000'000);

exams::Exam exam_of(minutes window, minutes duration) {
    return exams::Exam{.id = "exam",
                       .title = "Physics \"one\"",
                       .duration = duration,
                       .start_at = kStart,
                       .end_at = kStart + window};
}

PaperQuestion paper_question(std::string id, questions::QuestionType type,
                             std::vector<questions::ShownOption> options) {
    return {.question = {.id = "x-" + id,
                         .question_id = id,
                         .order = 1,
                         .marks = 1500,
                         .statement = "What?\n",
                         .type = type,
                         .domain = "physics"},
            .options = std::move(options)};
}

Paper paper() {
    std::vector<PaperQuestion> questions;
    questions.push_back(paper_question("s", questions::QuestionType::single_correct,
                                       {{.id = "s1", .text = "one"}, {.id = "s2", .text = "two"}}));
    questions.push_back(paper_question("m", questions::QuestionType::multiple_correct,
                                       {{.id = "m1", .text = "one"}, {.id = "m2", .text = "two"}}));
    questions.push_back(paper_question("n", questions::QuestionType::numerical, {}));
    return *Paper::read(std::make_shared<const std::string>(
        encode_paper(exam_of(minutes(90), minutes(60)), questions)));
}

TEST(Release, WaitsForWhoeverAnswersAndForWhoeverMayBegin) {
    auto exam = exam_of(minutes(90), minutes(60));
    exam.status = exams::ExamStatus::published;
    const auto end = exam.end_at;
    const Sitting nobody;
    EXPECT_FALSE(is_released(exam, nobody, end - std::chrono::milliseconds(1)));
    EXPECT_TRUE(is_released(exam, nobody, end));
    EXPECT_FALSE(is_released(exam, {.is_running = true}, end + minutes(600)));
    const Sitting later{.open_until = end + minutes(60)};
    EXPECT_FALSE(is_released(exam, later, end + minutes(59)));
    EXPECT_TRUE(is_released(exam, later, end + minutes(60)));
    exam.status = exams::ExamStatus::closed;
    EXPECT_TRUE(is_released(exam, later, kStart));
    exam.status = exams::ExamStatus::draft;
    EXPECT_FALSE(is_released(exam, nobody, end));
}

TEST(AnswerCheck, TakesWhatFitsThePaper) {
    const auto exam_paper = paper();
    const auto single = check_answer(
        exam_paper, {.question_id = "s", .option_ids = std::vector<std::string>{"s2", "s2"}});
    ASSERT_TRUE(single);
    EXPECT_EQ(single->option_ids, std::vector<std::string>{"s2"});
    const auto several = check_answer(
        exam_paper, {.question_id = "m", .option_ids = std::vector<std::string>{"m1", "m2"}});
    EXPECT_TRUE(several);
    const auto number =
        check_answer(exam_paper, {.question_id = "n", .has_number = true, .number = "3.5"});
    ASSERT_TRUE(number);
    EXPECT_EQ(number->number, "3.5");
}

TEST(AnswerCheck, TakesAnEmptyAnswerAsCleared) {
    const auto exam_paper = paper();
    const auto options =
        check_answer(exam_paper, {.question_id = "s", .option_ids = std::vector<std::string>()});
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->is_empty());
    const auto number = check_answer(exam_paper, {.question_id = "n", .has_number = true});
    ASSERT_TRUE(number);
    EXPECT_TRUE(number->is_empty());
}

TEST(AnswerCheck, RefusesWhatDoesNotFit) {
    const auto exam_paper = paper();
    using Ids = std::vector<std::string>;
    const std::vector<std::pair<const char*, AnswerInput>> rows{
        {"foreign question", {.question_id = "z", .option_ids = Ids{"s1"}}},
        {"foreign option", {.question_id = "s", .option_ids = Ids{"m1"}}},
        {"two options for SINGLE", {.question_id = "s", .option_ids = Ids{"s1", "s2"}}},
        {"options missing", {.question_id = "s"}},
        {"number for options",
         {.question_id = "s", .option_ids = Ids{"s1"}, .has_number = true, .number = "1"}},
        {"number missing", {.question_id = "n"}},
        {"options for a number",
         {.question_id = "n", .option_ids = Ids{"s1"}, .has_number = true, .number = "1"}},
    };
    for (const auto& [name, input] : rows) {
        const auto answer = check_answer(exam_paper, input);
        ASSERT_FALSE(answer) << name;
        EXPECT_EQ(answer.error().kind, ErrorKind::invalid) << name;
    }
}

TEST(AttemptPage, SplicesSavedAnswersAndLeavesTheOthersNull) {
    const auto exam_paper = paper();
    Attempt attempt;
    attempt.id = "attempt";
    attempt.deadline_at = kStart;
    const std::vector<AnswerVersion> answers{
        {.answer = {.question_id = "n", .option_ids = {}, .number = "3.5"}, .revision = 2},
        {.answer = {.question_id = "m", .option_ids = {"m1"}, .number = {}}, .revision = 1},
        {.answer = {.question_id = "s"}, .is_flagged = true, .revision = 7}};
    const auto state =
        AttemptState::read(std::make_shared<const std::string>(encode_attempt(attempt, answers)));
    ASSERT_TRUE(state);
    EXPECT_EQ(state->deadline.at, kStart);
    EXPECT_EQ(state->versions, R"([{"questionId":"n","revision":2,"flagged":false},)"
                               R"({"questionId":"m","revision":1,"flagged":false},)"
                               R"({"questionId":"s","revision":7,"flagged":true}])");
    const auto page = attempt_page(exam_paper, state->answers, R"("attemptId":"attempt")");
    EXPECT_EQ(
        page,
        R"({"success":true,"message":"Attempt fetched","exam":{"id":"exam",)"
        R"("title":"Physics \"one\"","instructions":null,"totalQuestions":3,)"
        R"("totalMarks":4.5,"hasFormulas":false,"questions":[)"
        R"({"examQuestionId":"x-s","questionOrder":1,"marks":1.5,"negativeMarks":0,"id":"s",)"
        R"("statement":"What?\n","format":"plain","questionType":"SINGLE_CORRECT","domain":"physics",)"
        R"("options":[{"id":"s1","text":"one"},{"id":"s2","text":"two"}],)"
        R"("studentAnswer":null},)"
        R"({"examQuestionId":"x-m","questionOrder":1,"marks":1.5,"negativeMarks":0,"id":"m",)"
        R"("statement":"What?\n","format":"plain","questionType":"MULTIPLE_CORRECT","domain":"physics",)"
        R"("options":[{"id":"m1","text":"one"},{"id":"m2","text":"two"}],)"
        R"("studentAnswer":{"selectedOptionIds":["m1"],"numericalAnswer":null}},)"
        R"({"examQuestionId":"x-n","questionOrder":1,"marks":1.5,"negativeMarks":0,"id":"n",)"
        R"("statement":"What?\n","format":"plain","questionType":"NUMERICAL","domain":"physics",)"
        R"("options":[],)"
        R"("studentAnswer":{"selectedOptionIds":[],"numericalAnswer":3.5}}]},)"
        R"("attemptId":"attempt"})");
}

TEST(CachedValues, OfAnotherFormatAreRefused) {
    EXPECT_FALSE(AttemptState::read(std::make_shared<const std::string>("")));
    EXPECT_FALSE(Paper::read(std::make_shared<const std::string>("Pgarbage")));
    EXPECT_FALSE(decode_attempts("E"));
    EXPECT_FALSE(exams::decode_exams(std::string("E\xff\xff\xff\xff\xff\xff\xff\x7f", 9)));
}

TEST(CachedValues, ReadBack) {
    Attempt attempt;
    attempt.id = "a";
    attempt.exam_id = "e";
    attempt.status = AttemptStatus::auto_submitted;
    attempt.started_at = kStart;
    attempt.score = -500;
    const std::vector<Attempt> one{attempt};
    const auto attempts = decode_attempts(encode_attempts(one));
    ASSERT_TRUE(attempts);
    EXPECT_EQ(attempts->front().score, -500);
    EXPECT_FALSE(attempts->front().submitted_at);
    const std::vector<exams::Exam> exams{exam_of(minutes(9), minutes(6))};
    const auto decoded = exams::decode_exams(exams::encode_exams(exams));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->front().title, "Physics \"one\"");
    EXPECT_EQ(decoded->front().end_at, kStart + minutes(9));
}

}  // namespace
}  // namespace tripos::attempts
