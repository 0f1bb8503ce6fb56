// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

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
    const auto reply = close(exam.exam);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/endedAttempts"), "1");
    EXPECT_EQ(attempt(asha, exam).message(), "Time over. Exam auto-submitted.");
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.wrong}).status, 403);
    EXPECT_EQ(post(ravi, "/api/exam-attempt/" + exam.exam + "/start").status, 400);
    EXPECT_EQ(get(staff, path(exam)).at("/exam/status"), "CLOSED");
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams"), "[]");
    EXPECT_EQ(get(asha, "/api/result/" + exam.exam + "/score").at("/score"), "2");
    EXPECT_EQ(scalar("SELECT submitted_at - started_at FROM attempts"), "600000");
    EXPECT_EQ(close(exam.exam).status, 400);
    EXPECT_EQ(post(staff, "/api/exam/nonsense/close").status, 404);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'exam.close'"), "1");
}

TEST_P(ControlRoutes, ExtendEveryoneMovesDeadlinesAndTheEnd) {
    const auto exam = publish_exam(minutes(30));
    start(asha, exam);
    EXPECT_EQ(attempt(asha, exam).at("/remainingSeconds"), "1800");
    const auto reply =
        post(staff, path(exam) + "/extend", R"({"minutes":15,)" + confirming(exam.exam) + "}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/extendedAttempts"), "1");
    EXPECT_EQ(attempt(asha, exam).at("/remainingSeconds"), "2700");
    clock.advance(minutes(40));
    EXPECT_EQ(attempt(asha, exam).status, 200);
    EXPECT_EQ(get(ravi, "/api/exam/live").at("/exams/0/id"), exam.exam);
    clock.advance(minutes(5));
    EXPECT_EQ(attempt(asha, exam).status, 403);
    EXPECT_EQ(post(staff, path(exam) + "/extend", R"({"minutes":15,)" + confirming(exam.exam) + "}")
                  .status,
              400);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'exam.extend'"), "1");
}

TEST_P(ControlRoutes, ActsOnManyAskForTheTitleOrTheNumber) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    for (const auto* const act : {"/close", "/extend"}) {
        for (const auto* const confirm :
             {"", R"(,"confirm":"")", R"(,"confirm":"Chemistry")", R"(,"confirm":"3")"}) {
            const auto refused = post(staff, path(exam) + act,
                                      R"({"minutes":5,"reason":"x")" + std::string(confirm) + "}");
            EXPECT_EQ(refused.status, 409) << act << confirm;
            EXPECT_EQ(refused.code(), "not_confirmed");
            EXPECT_EQ(refused.at("/candidates"), "2");
            EXPECT_EQ(refused.at("/examTitle"), "Physics");
        }
    }
    EXPECT_EQ(post(staff, path(exam) + "/close", "").code(), "not_confirmed");
    EXPECT_EQ(attempt(asha, exam).at("/remainingSeconds"), "3600");
    EXPECT_EQ(post(staff, path(exam) + "/extend", R"({"minutes":5,"confirm":"2"})").status, 200);
    EXPECT_EQ(post(staff, path(exam) + "/close", R"({"confirm":"2","reason":"fire"})").status, 200);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'exam.close' AND "
                     "after_act LIKE '%fire%'"),
              "1");
}

TEST_P(ControlRoutes, ADryRunTellsWhomItWouldTouchAndDoesNothing) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    const auto at = clock.now();
    const auto dry = [&](const std::string& target, const std::string& members) {
        return post(staff, target, "{" + members + R"(,"dryRun":true})");
    };
    for (const auto& [act, members] :
         {std::pair(path(exam) + "/close", R"("reason":"x")"),
          std::pair(path(exam) + "/extend", R"("minutes":5,"reason":"x")")}) {
        const auto told = dry(act, members);
        ASSERT_EQ(told.status, 200) << told.body;
        EXPECT_EQ(told.at("/candidates"), "2") << act;
        EXPECT_EQ(std::set<std::string>({told.at("/touches/0/id"), told.at("/touches/1/id")}),
                  std::set<std::string>({asha.id, ravi.id}));
    }
    const auto one = dry(path(exam) + "/extend", R"("minutes":5,"userId":)" + json_string(ravi.id));
    EXPECT_EQ(one.at("/candidates"), "1");
    EXPECT_EQ(one.at("/touches/0/name"), "Ravi");
    const auto id = attempt(asha, exam).at("/attemptId");
    const auto voided = dry("/api/exam-attempt/" + id + "/void", R"("reason":"x")");
    EXPECT_EQ(voided.at("/touches/0/id"), asha.id) << voided.body;
    EXPECT_EQ(dry("/api/exam-attempt/" + id + "/reopen", R"("minutes":5,"reason":"x")").code(),
              "attempt_not_ended")
        << "refused as the act itself";
    EXPECT_EQ(attempt(asha, exam).at("/remainingSeconds"), "3600");
    EXPECT_EQ(attempt(ravi, exam).at("/remainingSeconds"), "3600");

    post(asha, "/api/exam-attempt/" + exam.exam + "/submit");
    const auto reopened =
        dry("/api/exam-attempt/" + id + "/reopen", R"("minutes":90,"reason":"x")");
    EXPECT_EQ(reopened.status, 200) << reopened.body;
    EXPECT_EQ(reopened.at("/deadline"), to_iso8601(at + minutes(90)));
    EXPECT_EQ(reopened.at("/touches/0/id"), asha.id);
    EXPECT_EQ(attempt(asha, exam).status, 403);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action IN ('exam.close', "
                     "'exam.extend', 'attempt.extend', 'attempt.void', 'attempt.reopen')"),
              "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM extensions"), "0");
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
    run(exams->finisher().finish_due());
    EXPECT_EQ(get(ravi, "/api/result/" + exam.exam + "/analysis").status, 200);
}

TEST_P(ControlRoutes, ExtendRefusesBadInput) {
    const auto exam = publish_exam();
    const auto extend = path(exam) + "/extend";
    for (const auto* body : {"{}", R"({"minutes":0})", R"({"minutes":-5})", R"({"minutes":1.5})",
                             R"({"minutes":5,"userId":"nonsense"})"}) {
        EXPECT_EQ(post(staff, extend, body).status, 400) << body;
    }
    const auto nobody = R"({"minutes":5,"userId":"00000000-0000-7000-8000-000000000000"})";
    EXPECT_EQ(post(staff, extend, nobody).status, 404);
    EXPECT_EQ(post(staff, extend, R"({"minutes":5,"userIds":[]})").status, 400);
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
    clock.advance(minutes(61));
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 1u);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.void'"), "1");
    EXPECT_EQ(post(staff, "/api/exam-attempt/nonsense/void", R"({"reason":"x"})").status, 404);
}

/// An exam with more attempts than end with the close itself.
class LargeExam : public ControlRoutes {
  protected:
    static constexpr int kCandidates = 40;

    void SetUp() override {
        ControlRoutes::SetUp();
        exam = publish_exam();
        for (int i = 0; i < kCandidates; ++i) {
            candidates.push_back(person("Candidate" + std::to_string(i)));
            start(candidates.back(), exam);
            save_options(candidates.back(), exam, exam.single, {exam.right});
        }
    }

    std::string count(const std::string& condition) {
        return scalar("SELECT COUNT(*) FROM attempts WHERE " + condition);
    }

    /// Someone whose turn has not come.
    const Person& waiting() {
        const auto id = text("SELECT user_id FROM attempts WHERE status = 'IN_PROGRESS' LIMIT 1");
        return *std::find_if(candidates.begin(), candidates.end(),
                             [&id](const Person& who) { return who.id == id; });
    }

    std::string text(const std::string& statement) {
        auto look = [statement](sql::Session& session) {
            return session.query_one(statement)->text(0);
        };
        return run(db().read(look));
    }

    void finish_work(const std::string& id) {
        if (!std::exchange(is_working, true)) {
            run(exams->work.start_work());
        }
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (get(staff, "/api/admin/work/" + id).at("/finishedAt") == "null") {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
        }
    }

    ExamIds exam;
    std::vector<Person> candidates;
    bool is_working = false;
};
INSTANTIATE_TEST_SUITE_P(Engines, LargeExam, both_engines(), engine_name);

TEST_P(LargeExam, CloseRefusesWhatArrivesLaterBeforeEveryAttemptHasEnded) {
    clock.advance(minutes(10));
    const auto closed = close(exam.exam);
    ASSERT_EQ(closed.status, 200) << closed.body;
    EXPECT_EQ(closed.at("/endedAttempts"), "40");
    EXPECT_EQ(count("status = 'IN_PROGRESS'"), "32");
    clock.advance(minutes(1));
    const auto own = "/api/exam-attempt/" + exam.exam;
    EXPECT_EQ(get(waiting(), "/api/result/" + exam.exam + "/score").status, 202);
    EXPECT_EQ(save_options(waiting(), exam, exam.single, {exam.wrong}).code(), "time_over");
    EXPECT_EQ(post(waiting(), own + "/submit").status, 400);
    EXPECT_EQ(get(waiting(), own + "/attempt").code(), "time_over");
    EXPECT_EQ(count("status = 'SUBMITTED'"), "0");
    EXPECT_EQ(count("status = 'IN_PROGRESS'"), "29");  // those who were refused ended with that
    finish_work(closed.at("/workId"));
    EXPECT_EQ(count("status = 'AUTO_SUBMITTED' AND submitted_at - started_at = 600000 AND "
                    "deadline_at = submitted_at AND deadline_reason = 'closed' AND score = 2000"),
              "40");
    EXPECT_EQ(text("SELECT after_act FROM audit_entries WHERE action = 'exam.closed'"),
              R"({"ended":"37"})");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.end'"), "40");
    EXPECT_EQ(get(candidates.back(), "/api/result/" + exam.exam + "/score").at("/score"), "2");
}

TEST_P(LargeExam, WhatPassedBeforeTheCloseEndsWhenItPassed) {
    const auto body = R"({"minutes":30,"userId":)" + json_string(candidates.front().id) + "}";
    ASSERT_EQ(post(staff, path(exam) + "/extend", body).status, 200);
    clock.advance(minutes(70));  // all but one are over; nobody has looked
    const auto closed = close(exam.exam);
    finish_work(closed.at("/workId"));
    EXPECT_EQ(count("submitted_at - started_at = 3600000"), "39");
    EXPECT_EQ(count("submitted_at - started_at = 4200000 AND deadline_reason = 'closed'"), "1");
}

TEST_P(LargeExam, GradingAgainReachesEveryAttemptAndCountsWhatChanged) {
    finish_work(close(exam.exam).at("/workId"));
    run(db().write(
        [](sql::Session& session) { session.execute("UPDATE attempts SET score = 7000"); }));
    const auto answer = post(staff, "/api/result/" + exam.exam + "/calculate");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.at("/graded"), "40");
    EXPECT_EQ(answer.at("/changed"), "32");
    finish_work(answer.at("/workId"));
    EXPECT_EQ(get(staff, "/api/admin/work/" + answer.at("/workId")).at("/changed"), "40");
    EXPECT_EQ(count("score = 2000"), "40");
    EXPECT_EQ(text("SELECT after_act FROM audit_entries WHERE action = 'exam.regraded'"),
              R"({"graded":"40","changed":"40"})");
    EXPECT_EQ(text("SELECT MIN(before_act || after_act) FROM audit_entries "
                   "WHERE action = 'attempt.regrade'"),
              R"({"score":"7"}{"score":"2"})");
}

}  // namespace
}  // namespace tripos::test
