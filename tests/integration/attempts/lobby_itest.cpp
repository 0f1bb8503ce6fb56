// SPDX-License-Identifier: MIT
// What candidates are told of an exam before and while they sit it, and staff before they publish.

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using http::json_string;
using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Prospects : public ExamSite {
  protected:
    static std::string lobby(const std::string& exam) { return "/api/exam/" + exam + "/lobby"; }
    /// One question of each kind in Markdown; the second has a formula.
    std::string draft(const std::string& more) {
        const auto first = create_question(
            R"({"statement":"Costs $5, not \\$6","questionType":"NUMERICAL","domain":"m",)"
            R"("format":"markdown","numericalAnswer":1,"marks":2,"negativeMarks":0.25})");
        const auto second = create_question(
            R"({"statement":"Which?","questionType":"SINGLE_CORRECT","domain":"m","format":"markdown",)"
            R"("options":[{"text":"$x^2$","isCorrect":true},{"text":"none"}]})");
        const auto reply = post(staff, "/api/exam/create",
                                R"({"title":"Lobby","durationMinutes":60,"startTime":)" +
                                    json_string(in(minutes(10))) + R"(,"endTime":)" +
                                    json_string(in(minutes(100))) + more + "}");
        EXPECT_EQ(reply.status, 201) << reply.body;
        const auto exam = reply.at("/exam/id");
        const auto added = post(staff, "/api/exam/" + exam + "/questions",
                                R"({"addQuestionIds":[{"questionId":)" + json_string(first) +
                                    R"(},{"questionId":)" + json_string(second) + "}]}");
        EXPECT_EQ(added.status, 200) << added.body;
        return exam;
    }
    Reply publish(const std::string& exam, const std::string& body = "") {
        return post(staff, "/api/exam/" + exam + "/publish", body);
    }
    Reply grant(const Person& who, const std::string& exam, const std::string& rest) {
        return put(staff, "/api/admin/accommodations",
                   R"({"reason":"r","userId":)" + json_string(who.id) + R"(,"examId":)" +
                       json_string(exam) + rest + "}");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Prospects, both_engines(), engine_name);

TEST_P(Prospects, TellEverythingButThePaper) {
    const auto exam = draft(R"(,"instructions":"Bring a *pen*")");
    EXPECT_EQ(get(asha, lobby(exam)).status, 404);
    publish(exam);
    EXPECT_EQ(grant(asha, exam, R"(,"minutes":15)").status, 200);
    const auto seen = get(asha, lobby(exam));
    ASSERT_EQ(seen.status, 200) << seen.body;
    EXPECT_EQ(seen.at("/exam/instructions"), "Bring a *pen*");
    EXPECT_EQ(seen.at("/exam/totalQuestions"), "2");
    EXPECT_EQ(seen.at("/exam/totalMarks"), "3");
    EXPECT_EQ(seen.at("/exam/hasFormulas"), "true");
    EXPECT_EQ(seen.at("/deadline"), in(minutes(85)));
    EXPECT_EQ(seen.at("/deadlineReason"), "duration");
    EXPECT_EQ(seen.at("/extraMinutes"), "15");
    EXPECT_EQ(seen.at("/startAfterMs"), "600000");
    EXPECT_EQ(seen.body.find("statement"), std::string::npos);
    EXPECT_EQ(seen.body.find("x^2"), std::string::npos);
    EXPECT_EQ(get(ravi, lobby(exam)).at("/deadline"), in(minutes(70)));
    clock.advance(minutes(50));
    const auto late = get(ravi, lobby(exam));
    EXPECT_EQ(late.at("/deadline"), in(minutes(50)));
    EXPECT_EQ(late.at("/deadlineReason"), "exam_end");
    EXPECT_EQ(late.at("/startAfterMs"), "0");
    clock.advance(minutes(50));
    EXPECT_EQ(get(ravi, lobby(exam)).code(), "exam_not_active");
}

TEST_P(Prospects, WhoeverHasBegunIsToldTheirOwnDeadlineAlsoWhenTheExamIsOverForOthers) {
    const auto exam = publish_exam(minutes(30));
    const auto path = lobby(exam.exam);
    EXPECT_EQ(get(asha, path).at("/hasAttempt"), "false");
    EXPECT_EQ(grant(asha, exam.exam, R"(,"minutes":120)").status, 200);
    start(asha, exam);
    start(ravi, exam);
    clock.advance(minutes(20));
    const auto begun = get(asha, path);
    EXPECT_EQ(begun.at("/deadline"), in(minutes(130)));
    EXPECT_EQ(begun.at("/attemptStatus"), "IN_PROGRESS");
    EXPECT_EQ(begun.at("/startAfterMs"), "0");
    clock.advance(minutes(110));  // over
    run(exams->finisher().finish_due());
    const auto still = get(asha, path);
    ASSERT_EQ(still.status, 200) << still.body;
    EXPECT_EQ(still.at("/deadline"), in(minutes(20)));
    EXPECT_EQ(get(ravi, path).at("/attemptStatus"), "AUTO_SUBMITTED");
    EXPECT_EQ(get(person("Vera"), path).code(), "exam_not_active");
    const auto listed = get(asha, "/api/exam/live");
    EXPECT_EQ(listed.at("/exams/0/id"), exam.exam);
    EXPECT_EQ(listed.at("/exams/0/attemptStatus"), "IN_PROGRESS");
    EXPECT_EQ(listed.at("/exams/0/deadline"), in(minutes(20)));
    EXPECT_EQ(get(ravi, "/api/exam/live").at("/exams"), "[]");
    // Nor is one lost that staff open again behind the end.
    const auto reopen = "/api/exam-attempt/" + get(ravi, path).at("/attemptId") + "/reopen";
    ASSERT_EQ(post(staff, reopen, R"({"minutes":10,"reason":"fire"})").status, 200);
    EXPECT_EQ(get(ravi, "/api/exam/live").at("/exams/0/deadline"), in(minutes(10)));
    EXPECT_EQ(get(ravi, path).at("/deadlineReason"), "reopened");
}

TEST_P(Prospects, OfAnExamForOthersAreToldToNobodyElse) {
    const auto cohort = post(staff, "/api/admin/cohorts", R"({"name":"Class"})");
    const auto exam = draft("");
    const auto access = put(staff, "/api/exam/" + exam + "/access",
                            R"({"cohortIds":[)" + json_string(cohort.at("/cohort/id")) + "]}");
    ASSERT_EQ(access.status, 200) << access.body;
    publish(exam);
    EXPECT_EQ(get(asha, lobby(exam)).status, 404);
}

TEST_P(Prospects, ThePaperSaysHowItIsWrittenAndWhatAWrongAnswerCosts) {
    const auto exam = draft(R"(,"instructions":"Good luck")");
    publish(exam);
    clock.advance(minutes(10));
    EXPECT_EQ(post(asha, "/api/exam-attempt/" + exam + "/start").status, 201);
    const auto page = get(asha, "/api/exam-attempt/" + exam + "/attempt");
    EXPECT_EQ(page.at("/exam/instructions"), "Good luck");
    EXPECT_EQ(page.at("/exam/hasFormulas"), "true");
    EXPECT_EQ(page.at("/exam/questions/0/format"), "markdown");
    EXPECT_EQ(page.at("/exam/questions/0/negativeMarks"), "2.5E-1");
    EXPECT_EQ(page.at("/exam/questions/0/questionOrder"), "1");
    EXPECT_EQ(page.at("/exam/questions/1/questionOrder"), "2");
}

TEST_P(Prospects, ASaveOfWhoeverDoesNotSitItTellsNothingOfThePaper) {
    const auto exam = publish_exam();
    const auto other = publish_exam();
    const auto save = [&](const std::string& question) {
        return post(asha, "/api/exam-attempt/" + exam.exam + "/save",
                    R"({"questionId":)" + json_string(question) + R"(,"numericalAnswer":1})");
    };
    const auto in_it = save(exam.numerical);
    const auto elsewhere = save(other.numerical);
    EXPECT_EQ(in_it.code(), "no_active_attempt");
    EXPECT_EQ(in_it.status, elsewhere.status);
    EXPECT_EQ(in_it.body, elsewhere.body);
    // Nor by the time that it takes: the database is asked the same of both.
    auto hide = [](sql::Session& session) {
        return session.execute("ALTER TABLE answers RENAME TO hidden_answers");
    };
    run(db().write(std::move(hide)));
    for (const auto& question : {exam.numerical, other.numerical}) {
        EXPECT_GE(save(question).status, 500) << question;
    }
}

TEST_P(Prospects, WarnOfATimeThatNobodyHasAndOfOnesThatAreCut) {
    const auto exam = draft(R"(,"extraTimePastEnd":false)");
    const auto path = "/api/exam/" + exam + "/publish-check";
    EXPECT_EQ(get(staff, path).at("/warnings"), "[]");
    grant(asha, exam, R"(,"minutes":31)");  // the window leaves 30
    grant(ravi, exam, R"(,"minutes":30)");
    const auto one = get(staff, path);
    EXPECT_EQ(one.at("/warnings/0/code"), "time_cut");
    EXPECT_EQ(one.at("/warnings/0/userIds"), "[" + json_string(asha.id) + "]");
    put(staff, "/api/exam/" + exam, R"({"durationMinutes":100,"extraTimePastEnd":true})");
    grant(ravi, exam,
          R"(,"startTime":)" + json_string(in(minutes(0))) + R"(,"endTime":)" +
              json_string(in(minutes(200))));
    const auto both = publish(exam);
    ASSERT_EQ(both.status, 200) << both.body;
    EXPECT_EQ(both.at("/warnings/0/code"), "window_too_short");
    EXPECT_EQ(both.at("/warnings/1/userIds"), "[" + json_string(asha.id) + "]");
    EXPECT_EQ(get(staff, "/api/exam/nonsense/publish-check").status, 404);
    EXPECT_EQ(get(asha, path).status, 403);
}

TEST_P(Prospects, WarnOfQuestionsThatAnotherExamAsks) {
    const auto other = publish_exam();
    const auto exam = draft("");
    post(staff, "/api/exam/" + exam + "/questions",
         R"({"addQuestionIds":[{"questionId":)" + json_string(other.single) + "}]}");
    const auto path = "/api/exam/" + exam + "/publish-check";
    EXPECT_EQ(get(staff, path).at("/warnings/0/code"), "questions_shared");
    EXPECT_EQ(get(staff, path).at("/warnings/0/examIds"), "[" + json_string(other.exam) + "]");
    clock.advance(minutes(121));  // over
    EXPECT_EQ(get(staff, path).at("/warnings"), "[]");
}

TEST_P(Prospects, PublishingMayBeConfirmedByTheTitle) {
    const auto exam = draft("");
    const auto wrong = publish(exam, R"({"confirm":"lobby"})");
    EXPECT_EQ(wrong.status, 409);
    EXPECT_EQ(wrong.code(), "not_confirmed");
    EXPECT_EQ(publish(exam, R"({"confirm":"Lobby"})").status, 200);
}

}  // namespace
}  // namespace tripos::test
