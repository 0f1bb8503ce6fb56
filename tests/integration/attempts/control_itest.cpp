// SPDX-License-Identifier: MIT
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class ControlRoutes : public ExamSite {
  protected:
    static std::string path(const ExamIds& exam) { return "/api/exam/" + exam.exam; }
    Reply attempt(const Person& who, const ExamIds& exam) {
        return get(who, "/api/exam-attempt/" + exam.exam + "/attempt");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ControlRoutes, both_engines(), engine_name);

TEST_P(ControlRoutes, CloseEndsRunningAttemptsAndReleasesResults) {
    const auto exam = publish_exam();
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.right});
    attempt(asha, exam);
    clock.advance(minutes(10));
    const auto reply = post(staff, path(exam) + "/close");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/endedAttempts"), "1");
    EXPECT_EQ(attempt(asha, exam).message(), "Time over. Exam auto-submitted.");
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.wrong}).status, 403);
    EXPECT_EQ(post(ravi, "/api/exam-attempt/" + exam.exam + "/start").status, 400);
    EXPECT_EQ(get(staff, path(exam)).at("/exam/status"), "CLOSED");
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams"), "[]");
    EXPECT_EQ(get(asha, "/api/result/" + exam.exam + "/score").at("/score"), "2");
    EXPECT_EQ(scalar("SELECT submitted_at - started_at FROM attempts"), "600000");
    EXPECT_EQ(post(staff, path(exam) + "/close").status, 400);
    EXPECT_EQ(post(staff, "/api/exam/nonsense/close").status, 404);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM exam_audit WHERE action = 'close'"), "1");
}

TEST_P(ControlRoutes, ExtendEveryoneMovesDeadlinesAndTheEnd) {
    const auto exam = publish_exam(minutes(30));
    start(asha, exam);
    EXPECT_EQ(attempt(asha, exam).at("/remainingSeconds"), "1800");
    const auto reply = post(staff, path(exam) + "/extend", R"({"minutes":15})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/extendedAttempts"), "1");
    EXPECT_EQ(attempt(asha, exam).at("/remainingSeconds"), "2700");
    clock.advance(minutes(40));
    EXPECT_EQ(attempt(asha, exam).status, 200);
    EXPECT_EQ(get(ravi, "/api/exam/live").at("/exams/0/id"), exam.exam);
    clock.advance(minutes(5));
    EXPECT_EQ(attempt(asha, exam).status, 403);
    EXPECT_EQ(post(staff, path(exam) + "/extend", R"({"minutes":15})").status, 400);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM exam_audit WHERE action = 'extend'"), "1");
}

TEST_P(ControlRoutes, ExtendOneLeavesTheOthersAndHoldsResultsBack) {
    const auto exam = publish_exam(minutes(30));
    start(asha, exam);
    start(ravi, exam);
    const auto body = R"({"minutes":20,"userId":)" + json_string(asha.id) + "}";
    ASSERT_EQ(post(staff, path(exam) + "/extend", body).status, 200);
    EXPECT_EQ(attempt(asha, exam).at("/remainingSeconds"), "3000");
    EXPECT_EQ(attempt(ravi, exam).at("/remainingSeconds"), "1800");
    clock.advance(minutes(31));
    EXPECT_EQ(attempt(ravi, exam).status, 403);
    EXPECT_EQ(get(ravi, "/api/result/" + exam.exam + "/analysis").status, 403);
    EXPECT_EQ(attempt(asha, exam).status, 200);
    clock.advance(minutes(20));
    EXPECT_EQ(get(ravi, "/api/result/" + exam.exam + "/analysis").status, 200);
}

TEST_P(ControlRoutes, ExtendRefusesBadInput) {
    const auto exam = publish_exam();
    const auto extend = path(exam) + "/extend";
    for (const auto* body : {"{}", R"({"minutes":0})", R"({"minutes":-5})", R"({"minutes":1.5})",
                             R"({"minutes":5,"userId":"nonsense"})"}) {
        EXPECT_EQ(post(staff, extend, body).status, 400) << body;
    }
    const auto nobody = R"({"minutes":5,"userId":)" + json_string(asha.id) + "}";
    EXPECT_EQ(post(staff, extend, nobody).status, 404);
}

TEST_P(ControlRoutes, VoidLetsTheCandidateStartAgain) {
    const auto exam = publish_exam();
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.right});
    const auto id = attempt(asha, exam).at("/attemptId");
    const auto path_of = "/api/exam-attempt/" + id + "/void";
    EXPECT_EQ(post(staff, path_of, "{}").status, 400);
    EXPECT_EQ(post(staff, path_of, R"({"reason":"power cut"})").status, 200);
    EXPECT_EQ(post(staff, path_of, R"({"reason":"again"})").status, 409);
    EXPECT_EQ(attempt(asha, exam).code(), "no_active_attempt");
    EXPECT_EQ(get(asha, "/api/result").at("/count"), "0");
    start(asha, exam);
    const auto page = attempt(asha, exam);
    EXPECT_NE(page.at("/attemptId"), id);
    EXPECT_EQ(page.at("/exam/questions/0/studentAnswer"), "null");
    clock.advance(minutes(60));
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 1u);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM exam_audit WHERE action = 'void'"), "1");
    EXPECT_EQ(post(staff, "/api/exam-attempt/nonsense/void", R"({"reason":"x"})").status, 404);
}

}  // namespace
}  // namespace tripos::test
