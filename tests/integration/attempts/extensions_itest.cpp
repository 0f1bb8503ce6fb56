// SPDX-License-Identifier: MIT
#include "attempts/extension_store.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Extensions : public ExamSite {
  protected:
    static std::string of(const ExamIds& exam, std::string_view action) {
        return "/api/exam-attempt/" + exam.exam + "/" + std::string(action);
    }
    /// `rest`: `,"userIds":[...]`
    Reply extend(const ExamIds& exam, int more, std::string rest = "",
                 const std::string& key = "") {
        if (rest.find("userId") == std::string::npos) {
            rest += ',' + confirming(exam.exam);
        }
        http::Headers headers;
        if (!key.empty()) {
            headers.emplace_back("idempotency-key", key);
        }
        return send(http::Method::post, staff, "/api/exam/" + exam.exam + "/extend",
                    R"({"minutes":)" + std::to_string(more) + rest + "}", headers);
    }
    static std::string chosen(const std::vector<std::string>& ids) {
        return R"(,"userIds":)" + json_list(ids);
    }
    std::string left(const Person& who, const ExamIds& exam) {
        return get(who, of(exam, "attempt")).at("/remainingSeconds");
    }
    Reply reopen(const std::string& attempt_id, int more) {
        return post(staff, "/api/exam-attempt/" + attempt_id + "/reopen",
                    R"({"reason":"power cut","minutes":)" + std::to_string(more) + "}");
    }
    std::string attempt_of(const Person& who, const ExamIds& exam) {
        return get(who, of(exam, "status")).at("/attemptId");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Extensions, both_engines(), engine_name);

TEST_P(Extensions, ReachThoseWhoBeginLater) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    EXPECT_EQ(extend(exam, 15).at("/extendedAttempts"), "1");
    EXPECT_EQ(extend(exam, 5, chosen({ravi.id})).at("/extendedAttempts"), "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.extend' AND "
                     "subject = 'account:" +
                     ravi.id + "' AND part_of = 'exam:" + exam.exam +
                     "' AND after_act LIKE '%\"minutes\":\"5\"%'"),
              "1")
        << "also of who has not begun";
    EXPECT_EQ(left(asha, exam), "4500");
    start(ravi, exam);
    EXPECT_EQ(left(ravi, exam), "4800");
    const auto status = get(ravi, of(exam, "status"));
    EXPECT_EQ(status.at("/deadlineReason"), "extension");
    EXPECT_EQ(status.at("/extraMinutes"), "20");
    const auto late = person("late");
    clock.advance(minutes(30));
    start(late, exam);
    EXPECT_EQ(left(late, exam), "2700") << "the window was cut at 60 minutes, and 15 were given";
}

TEST_P(Extensions, ForChosenOnesLeaveTheOthers) {
    const auto exam = publish_exam();
    const auto third = person("third");
    for (const auto& who : {asha, ravi, third}) {
        start(who, exam);
    }
    EXPECT_EQ(extend(exam, 10, chosen({asha.id, third.id, asha.id})).at("/extendedAttempts"), "2");
    EXPECT_EQ(left(asha, exam), "4200");
    EXPECT_EQ(left(third, exam), "4200");
    EXPECT_EQ(left(ravi, exam), "3600");
    // The one whose turn comes last: those before it are not to have anything.
    const auto last =
        std::max({asha, ravi, third}, [](const Person& a, const Person& b) { return a.id < b.id; });
    post(last, of(exam, "submit"));
    EXPECT_EQ(extend(exam, 10, chosen({asha.id, ravi.id, third.id})).code(), "attempt_ended");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM extensions"), "2") << "for all of them, or for none";
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.extend'"), "2");
}

TEST_P(Extensions, ForAllReachWhoWasGivenTimeBeyondTheEnd) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    start(ravi, exam);
    ASSERT_EQ(extend(exam, 30, chosen({asha.id})).status, 200);
    EXPECT_EQ(extend(exam, 15).at("/extendedAttempts"), "2");
    EXPECT_EQ(left(asha, exam), "6300");
    EXPECT_EQ(left(ravi, exam), "4500");
}

TEST_P(Extensions, ForAllWakeNobodyWhoseTimeIsOver) {
    const auto exam = publish_exam(minutes(120));
    start(asha, exam);
    clock.advance(minutes(59));
    start(ravi, exam);
    clock.advance(minutes(1));  // nobody has looked at hers since
    EXPECT_EQ(extend(exam, 10).at("/extendedAttempts"), "1");
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).code(), "time_over");
    EXPECT_EQ(left(ravi, exam), "4140");
}

TEST_P(Extensions, ForChosenOnesLeaveTheirVoidAttemptsAsTheyAre) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto void_one = attempt_of(asha, exam);
    ASSERT_EQ(
        post(staff, "/api/exam-attempt/" + void_one + "/void", R"({"reason":"power cut"})").status,
        200);
    start(asha, exam);
    EXPECT_EQ(extend(exam, 10, chosen({asha.id})).at("/extendedAttempts"), "1");
    EXPECT_EQ(scalar("SELECT extra_minutes FROM attempts WHERE id = '" + void_one + "'"), "0");
}

TEST_P(Extensions, WithAKeyAreGivenOnceHoweverOftenTheyAreSent) {
    const auto exam = publish_exam();
    start(asha, exam);
    for (int i = 0; i < 13; ++i) {  // as often as people click
        const auto reply = extend(exam, 10, R"(,"reason":"fire drill")", "drill");
        EXPECT_EQ(reply.status, 200) << reply.body;
        EXPECT_EQ(reply.at("/extendedAttempts"), "1");
    }
    EXPECT_EQ(left(asha, exam), "4200");
    EXPECT_EQ(extend(exam, 20, "", "drill").code(), "idempotency_key_reused");
    EXPECT_EQ(extend(exam, 10, "", "another").status, 200);
    EXPECT_EQ(left(asha, exam), "4800");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'exam.extend'"), "2");
    EXPECT_EQ(extend(exam, 10, "", std::string(101, 'k')).status, 400);
    const auto clean = [&](Timestamp before) {
        auto work = [&](sql::Session& session) {
            return attempts::extension_store::delete_orders(session, before, 1);
        };
        return run(db().write(work));
    };
    EXPECT_EQ(clean(clock.now()), 0);
    EXPECT_EQ(clean(clock.now() + minutes(1)), 1) << "in pages";
    EXPECT_EQ(clean(clock.now() + minutes(1)), 1);
}

TEST_P(Extensions, MakeUpForARestoreOnceAndAlsoToThoseWhoseTimeRanOutMeanwhile) {
    const auto exam = publish_exam();
    start(asha, exam);
    clock.advance(minutes(61));
    for (const auto extended : {1, 0}) {
        EXPECT_EQ(run(exams->attempts.make_up(minutes(30), "restore")), extended);
        EXPECT_EQ(left(asha, exam), "1740");
    }
}

TEST_P(Extensions, AndAccommodationsAddUpInEitherOrder) {
    const auto exam = publish_exam(minutes(60));
    const auto grant = [&](const Person& who) {
        return put(staff, "/api/admin/accommodations",
                   R"({"userId":)" + json_string(who.id) + R"(,"examId":)" +
                       json_string(exam.exam) + R"(,"minutes":10,"reason":"x"})");
    };
    start(asha, exam);
    start(ravi, exam);
    EXPECT_EQ(grant(asha).status, 200);
    EXPECT_EQ(extend(exam, 15).status, 200);
    EXPECT_EQ(grant(ravi).status, 200);
    EXPECT_EQ(left(asha, exam), "5100");
    EXPECT_EQ(left(ravi, exam), "5100");
}

TEST_P(Extensions, ReopenAnEndedAttemptWithItsAnswers) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    start(ravi, exam);
    save_options(asha, exam, exam.single, {exam.right});
    const auto id = attempt_of(asha, exam);
    EXPECT_EQ(reopen(id, 10).code(), "attempt_not_ended");
    clock.advance(minutes(65));
    run(exams->finisher().finish_due());
    const auto analysis = "/api/result/" + exam.exam + "/analysis";
    EXPECT_EQ(get(ravi, analysis).status, 200);
    const auto reopened = reopen(id, 20);
    ASSERT_EQ(reopened.status, 200) << reopened.body;
    EXPECT_EQ(reopened.at("/deadline"), in(minutes(20)));
    EXPECT_EQ(reopened.at("/deadlineReason"), "reopened");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM attempts WHERE score IS NOT NULL"), "1");
    EXPECT_EQ(get(ravi, analysis).status, 403) << "somebody answers again";
    const auto page = get(asha, of(exam, "attempt"));
    EXPECT_EQ(page.at("/exam/questions/0/studentAnswer/selectedOptionIds/0"), exam.right);
    EXPECT_EQ(page.at("/remainingSeconds"), "1200");
    EXPECT_EQ(save_options(asha, exam, exam.multiple, exam.both).status, 200);
    EXPECT_EQ(extend(exam, 5, chosen({asha.id})).status, 200);
    EXPECT_EQ(left(asha, exam), "1500");
    clock.advance(minutes(26));
    run(exams->finisher().finish_due());
    EXPECT_EQ(get(asha, analysis).at("/score"), "5");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.reopen'"), "1");
    EXPECT_EQ(post(staff, "/api/exam-attempt/" + id + "/reopen", R"({"minutes":5})").status, 400);
    EXPECT_EQ(post(staff, "/api/exam-attempt/nonsense/reopen", "{}").status, 404);
}

TEST_P(Extensions, AReopenedAttemptNeverHasLessThanItHad) {
    const auto exam = publish_exam();
    start(asha, exam);
    clock.advance(minutes(10));
    post(asha, of(exam, "submit"));
    EXPECT_EQ(reopen(attempt_of(asha, exam), 5).at("/deadline"), in(minutes(50)));
    start(ravi, exam);
    post(ravi, of(exam, "submit"));
    clock.advance(minutes(1));
    EXPECT_EQ(close(exam.exam).status, 200);
    clock.advance(minutes(1));
    EXPECT_EQ(reopen(attempt_of(ravi, exam), 5).at("/deadline"), in(minutes(58)));
}

TEST_P(Extensions, AReopenedAttemptOutlivesTheCloseBefore) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    clock.advance(minutes(10));
    EXPECT_EQ(close(exam.exam).status, 200);
    const auto analysis = "/api/result/" + exam.exam + "/analysis";
    EXPECT_EQ(get(ravi, analysis).status, 200);
    clock.advance(minutes(1));
    EXPECT_EQ(reopen(attempt_of(asha, exam), 15).status, 200);
    EXPECT_EQ(left(asha, exam), "900");
    EXPECT_EQ(get(asha, of(exam, "status")).at("/deadlineReason"), "reopened");
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).status, 200);
    EXPECT_EQ(get(ravi, analysis).status, 403);
    EXPECT_EQ(post(asha, of(exam, "submit")).status, 200);
    EXPECT_EQ(get(ravi, analysis).status, 200);
}

TEST_P(Extensions, ReachWhoWasLetInAgainAfterTheCloseAndNobodyWhoCannotBegin) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    const auto attempt = attempt_of(asha, exam);
    ASSERT_EQ(extend(exam, 1, chosen({asha.id}), "one order").status, 200);
    ASSERT_EQ(close(exam.exam).status, 200);
    EXPECT_EQ(extend(exam, 1, chosen({asha.id}), "one order").status, 200) << "a repeat";
    EXPECT_EQ(extend(exam, 5, chosen({asha.id})).code(), "exam_not_published");
    ASSERT_EQ(reopen(attempt, 10).status, 200);
    EXPECT_EQ(extend(exam, 5, chosen({asha.id})).at("/extendedAttempts"), "1");
    EXPECT_EQ(left(asha, exam), "3960") << "what she had, and five minutes";
    const auto status = get(asha, of(exam, "status"));
    EXPECT_EQ(status.at("/deadlineReason"), "extension") << "the close is behind her";
    EXPECT_EQ(status.at("/deadline"), to_iso8601(clock.now() + minutes(66)));
    EXPECT_EQ(extend(exam, 5).code(), "exam_not_published") << "for all";
    EXPECT_EQ(post(staff, "/api/exam/" + exam.exam + "/notices",
                   R"({"text":"x","userId":)" + json_string(asha.id) + "}")
                  .status,
              200);
    const auto over = publish_exam(minutes(60));
    clock.advance(minutes(61));
    EXPECT_EQ(extend(over, 5, chosen({ravi.id})).code(), "exam_not_active");
}

TEST_P(Extensions, AVoidAttemptKeepsItsAnswersAndHoldsNothingBack) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    start(ravi, exam);
    save_options(asha, exam, exam.single, {exam.right});
    EXPECT_EQ(extend(exam, 600, chosen({asha.id})).status, 200);
    const auto id = attempt_of(asha, exam);
    const auto path = "/api/exam-attempt/" + id;
    EXPECT_EQ(post(staff, path + "/void", R"({"reason":"impersonation"})").status, 200);
    EXPECT_EQ(reopen(id, 5).code(), "attempt_not_ended");
    const auto handed_in = attempt_of(ravi, exam);
    EXPECT_EQ(post(ravi, of(exam, "submit")).status, 200);
    EXPECT_EQ(post(staff, "/api/exam-attempt/" + handed_in + "/void", R"({"reason":"x"})").status,
              200);
    EXPECT_EQ(reopen(handed_in, 5).code(), "attempt_not_ended");
    start(ravi, exam);
    clock.advance(minutes(61));
    run(exams->finisher().finish_due());
    EXPECT_EQ(get(ravi, "/api/result/" + exam.exam + "/analysis").status, 200);
    EXPECT_EQ(
        scalar("SELECT (SELECT COUNT(*) FROM answers) + (SELECT COUNT(*) FROM answer_history)"),
        "1");
}

TEST_P(Extensions, AnAccountThatIsDeletedGetsNothingAndHoldsNothingBack) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    start(ravi, exam);
    const auto id = attempt_of(asha, exam);
    post(asha, of(exam, "submit"));
    run(db().write([this](sql::Session& session) {
        session.execute("UPDATE users SET deleted_at = 1 WHERE id = $1", asha.id);
    }));
    EXPECT_EQ(reopen(id, 10).code(), "attempt_not_ended");
    EXPECT_EQ(extend(exam, 10, chosen({ravi.id, asha.id})).status, 404);
    EXPECT_EQ(post(staff, "/api/exam/" + exam.exam + "/notices",
                   R"({"text":"x","userId":)" + json_string(asha.id) + "}")
                  .status,
              404);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM extensions"), "0");
    EXPECT_EQ(get(staff, "/api/exam/" + exam.exam + "/board").status, 200);
    clock.advance(minutes(61));
    run(exams->finisher().finish_due());
    EXPECT_EQ(get(ravi, "/api/result/" + exam.exam + "/analysis").status, 200);
}

}  // namespace
}  // namespace tripos::test
