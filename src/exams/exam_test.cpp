// SPDX-License-Identifier: MIT
#include "exams/exam.hpp"

#include <gtest/gtest.h>

#include "core/id.hpp"

namespace tripos::exams {
namespace {

using std::chrono::minutes;

const Timestamp kStart = from_millis(1'767'600'000'000);

Exam published() {
    return Exam{.id = "exam",
                .title = "Physics",
                .duration = minutes(60),
                .start_at = kStart,
                .end_at = kStart + minutes(90),
                .status = ExamStatus::published};
}

TEST(Exam, WindowIncludesItsStartAndExcludesItsEnd) {
    const auto exam = published();
    EXPECT_TRUE(is_upcoming(exam, kStart - minutes(1)));
    EXPECT_FALSE(is_live(exam, kStart - minutes(1)));
    EXPECT_TRUE(is_live(exam, kStart));
    EXPECT_FALSE(is_upcoming(exam, kStart));
    EXPECT_FALSE(is_live(exam, exam.end_at));
}

TEST(Exam, StartsWithinItsWindowOnlyAndSaysWhyNot) {
    auto exam = published();
    const auto code_at = [&exam](Timestamp now) {
        const auto refusal = start_refusal(exam, now);
        EXPECT_EQ(!refusal, is_live(exam, now));
        return refusal ? refusal->code + ": " + refusal->message : "";
    };
    const std::string inactive = "exam_not_active: Exam is not active: ";
    EXPECT_EQ(code_at(kStart - std::chrono::milliseconds(1)), inactive + "it has not started yet");
    EXPECT_EQ(code_at(kStart), "");
    EXPECT_EQ(code_at(exam.end_at - std::chrono::milliseconds(1)), "");
    EXPECT_EQ(code_at(exam.end_at), inactive + "it has ended");
    exam.status = ExamStatus::closed;
    EXPECT_EQ(code_at(kStart), inactive + "it has ended");
    exam.status = ExamStatus::draft;
    EXPECT_EQ(code_at(kStart), "exam_not_published: Exam is not published");
}

TEST(Exam, IsOverWhenItHasEndedOrIsClosed) {
    auto exam = published();
    EXPECT_FALSE(is_over(exam, exam.end_at - std::chrono::milliseconds(1)));
    EXPECT_TRUE(is_over(exam, exam.end_at));
    exam.status = ExamStatus::closed;
    EXPECT_TRUE(is_over(exam, kStart));
    exam.status = ExamStatus::draft;
    EXPECT_FALSE(is_over(exam, exam.end_at));
}

TEST(Exam, NamesEveryProblem) {
    Exam exam = published();
    EXPECT_TRUE(problems_of(exam).empty());
    exam.title.clear();
    exam.duration = minutes(0);
    exam.end_at = exam.start_at;
    const auto problems = problems_of(exam);
    ASSERT_EQ(problems.size(), 3u);
    EXPECT_EQ(problems[0].field, "title");
    EXPECT_EQ(problems[1].field, "durationMinutes");
    EXPECT_EQ(problems[2].field, "endTime");
}

TEST(ExamOptions, HaveIdsOfTheirExam) {
    const std::string bank_id = "01930000-0000-7000-8000-000000000001";
    const auto first = shown_option_id({.option_salt = "a"}, bank_id);
    EXPECT_TRUE(is_uuid(first)) << first;
    EXPECT_NE(first, bank_id);
    EXPECT_EQ(first, shown_option_id({.option_salt = "a"}, bank_id));
    EXPECT_NE(first, shown_option_id({.option_salt = "b"}, bank_id));
    EXPECT_EQ(bank_id, shown_option_id({}, bank_id));
}

}  // namespace
}  // namespace tripos::exams
