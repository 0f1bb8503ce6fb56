// SPDX-License-Identifier: MIT
// What arrives after the end: refused, kept apart, and counted when staff say so.

#include "http/json_writer.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using accounts::Role;
using http::json_string;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using tripos::test::both_engines;
using tripos::test::engine_name;

class LateAnswers : public ExamSite {
  protected:
    /// An attempt that the deadline has ended; what was saved is wrong.
    ExamIds ended() {
        const auto exam = publish_exam(minutes(30));
        start(asha, exam);
        save_options(asha, exam, exam.single, {exam.wrong});
        attempt = get(asha, "/api/exam-attempt/" + exam.exam + "/attempt").at("/attemptId");
        clock.advance(minutes(30) + seconds(10));
        run(exams->finisher().finish_due());
        return exam;
    }
    Reply accept(const std::string& more = "") {
        return post(staff, "/api/exam-attempt/" + attempt + "/late/accept",
                    R"({"reason":"the network of room 5")" + more + "}");
    }
    Reply late() { return get(staff, "/api/exam-attempt/" + attempt + "/late"); }
    std::string score(const ExamIds& exam) {
        return get(asha, "/api/result/" + exam.exam + "/score").at("/score");
    }
    std::string attempt;
};
INSTANTIATE_TEST_SUITE_P(Engines, LateAnswers, both_engines(), engine_name);

TEST_P(LateAnswers, AreRefusedAndKeptTheNewestOfEachQuestion) {
    const auto exam = ended();
    const auto refused = save_options(asha, exam, exam.single, {exam.wrong});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "time_over");
    EXPECT_EQ(refused.at("/keptAsLate"), "1");
    const auto earlier = clock.now();
    clock.advance(minutes(1));
    save_options(asha, exam, exam.single, {exam.right});
    save_options(asha, exam, exam.single, {exam.wrong}, earlier);
    save_number(asha, exam, "9.8");
    EXPECT_EQ(late().json.at("answers").as_array().size(), 2U);
    EXPECT_EQ(late().at("/answers/0/selectedOptionIds/0"), exam.right);
    EXPECT_EQ(late().at("/answers/0/acceptedAt"), "null");
    EXPECT_EQ(score(exam), "-5E-1") << "nothing but their acceptance counts";
    post(staff, "/api/result/" + exam.exam + "/calculate");
    EXPECT_EQ(score(exam), "-5E-1");
    EXPECT_EQ(
        scalar("SELECT (SELECT COUNT(*) FROM answers) + (SELECT COUNT(*) FROM answer_history)"),
        "1");
}

TEST_P(LateAnswers, ComeWithinADay) {
    const auto exam = ended();
    clock.advance(hours(24) - seconds(10));
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).at("/keptAsLate"), "1");
    clock.advance(std::chrono::milliseconds(1));
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).at("/keptAsLate"), "");
    EXPECT_EQ(save_options(ravi, exam, exam.single, {exam.right}).at("/keptAsLate"), "");
    EXPECT_EQ(save_options(asha, exam, exam.single, {"nonsense"}).status, 400);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM late_answers"), "1");
}

TEST_P(LateAnswers, AreAcceptedForAReasonAndGraded) {
    const auto exam = ended();
    save_options(asha, exam, exam.single, {exam.right});
    save_number(asha, exam, "9.8");
    const auto dry = accept(R"(,"dryRun":true)");
    ASSERT_EQ(dry.status, 200) << dry.body;
    EXPECT_EQ(dry.at("/scoreBefore"), "-5E-1");
    EXPECT_EQ(dry.at("/scoreAfter"), "3");
    EXPECT_EQ(dry.at("/touches/0/id"), asha.id);
    EXPECT_EQ(score(exam), "-5E-1");
    const auto one = accept(R"(,"questionIds":[)" + json_string(exam.single) + "]");
    EXPECT_EQ(one.at("/scoreAfter"), "2") << one.body;
    EXPECT_EQ(score(exam), "2");
    EXPECT_EQ(accept().at("/scoreAfter"), "3");
    EXPECT_EQ(score(exam), "3");
    EXPECT_EQ(accept().code(), "nothing_late");
    post(staff, "/api/result/" + exam.exam + "/calculate");
    EXPECT_EQ(score(exam), "3");
    EXPECT_EQ(late().at("/answers/0/acceptedBy"), staff.id);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.accept_late'"),
              "2");
    const auto newer = save_options(asha, exam, exam.single, {exam.wrong});
    EXPECT_EQ(newer.at("/keptAsLate"), "1");
    EXPECT_EQ(score(exam), "3") << "a newer one is evidence again";

    const auto vera = person("Vera", {Role::invigilator});
    put(staff, "/api/exam/" + exam.exam + "/staff",
        R"({"userIds":[)" + json_string(vera.id) + "]}");
    const auto timeline = "/api/exam-attempt/" + attempt + "/timeline";
    EXPECT_NE(get(staff, timeline).body.find("scor"), std::string::npos);
    const auto seen = get(vera, timeline);
    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(seen.body.find("score"), std::string::npos) << seen.body;
}

TEST_P(LateAnswers, TakeNothingBackThatWasSavedSinceTheAttemptWasOpenedAgain) {
    const auto exam = ended();
    save_options(asha, exam, exam.single, {exam.wrong});
    save_number(asha, exam, "9.8");
    clock.advance(minutes(1));
    ASSERT_EQ(post(staff, "/api/exam-attempt/" + attempt + "/reopen",
                   R"({"minutes":10,"reason":"the network of room 5"})")
                  .status,
              200);
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).status, 200);
    EXPECT_EQ(post(asha, "/api/exam-attempt/" + exam.exam + "/submit").status, 200);
    EXPECT_EQ(accept(R"(,"questionIds":[)" + json_string(exam.single) + "]").code(),
              "nothing_late");
    const auto rest = accept();
    EXPECT_EQ(rest.at("/answers/0/questionId"), exam.numerical) << rest.body;
    EXPECT_EQ(rest.at("/scoreAfter"), "3");
    EXPECT_EQ(late().json.at("answers").as_array().size(), 2U) << "as evidence both stay";
}

TEST_P(LateAnswers, AreThoseAsWellThatArrivedBeforeTheHandInOrTheCloseButCameBehindIt) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    const auto arrived = clock.now();
    clock.advance(std::chrono::milliseconds(100));
    ASSERT_EQ(post(asha, "/api/exam-attempt/" + exam.exam + "/submit").status, 200);
    ASSERT_EQ(close(exam.exam).status, 200);
    for (const auto& [who, code] :
         {std::pair(asha, "already_submitted"), std::pair(ravi, "time_over")}) {
        const auto refused = save_options(who, exam, exam.single, {exam.right}, arrived);
        EXPECT_EQ(refused.code(), code);
        EXPECT_EQ(refused.at("/keptAsLate"), "1") << code;
    }
}

TEST_P(LateAnswers, AreAcceptedByAdministratorsForWhatHasEnded) {
    const auto vera = person("Vera", {Role::invigilator});
    const auto exam = publish_exam();
    start(asha, exam);
    attempt = get(asha, "/api/exam-attempt/" + exam.exam + "/attempt").at("/attemptId");
    EXPECT_EQ(accept().code(), "attempt_not_ended");
    EXPECT_EQ(late().at("/answers"), "[]");
    const auto path = "/api/exam-attempt/" + attempt + "/late";
    EXPECT_EQ(get(vera, path).status, 403);
    EXPECT_EQ(get(asha, path).status, 403);
    EXPECT_EQ(post(staff, path + "/accept", "{}").status, 400);
    EXPECT_EQ(accept(R"(,"questionIds":[])").status, 400);
    post(asha, "/api/exam-attempt/" + exam.exam + "/submit");
    const auto after = save_options(asha, exam, exam.single, {exam.right});
    EXPECT_EQ(after.code(), "already_submitted");
    EXPECT_EQ(after.at("/keptAsLate"), "1");
    post(staff, "/api/exam-attempt/" + attempt + "/void", R"({"reason":"x"})");
    EXPECT_EQ(accept().code(), "attempt_not_ended");
    attempt = "00000000-0000-7000-8000-000000000000";
    EXPECT_EQ(late().status, 404);
    EXPECT_EQ(accept().status, 404);
}

}  // namespace
}  // namespace tripos::test
