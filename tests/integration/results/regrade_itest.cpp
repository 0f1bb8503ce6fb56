// SPDX-License-Identifier: MIT
// A wrong key is mended: corrections, the dry run of a regrade, and what applying it does.

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Regrades : public ExamSite {
  protected:
    /// Of 2 + 3 + 1 marks: asha has 2 of the first, ravi is wrong there and has 3 of the second.
    void SetUp() override {
        ExamSite::SetUp();
        exam = publish_exam();
        start(asha, exam);
        save_options(asha, exam, exam.single, {exam.right});
        hand_in(asha);
        start(ravi, exam);
        save_options(ravi, exam, exam.single, {exam.wrong});
        save_options(ravi, exam, exam.multiple, exam.both);
        hand_in(ravi);
        clock.advance(minutes(120));
    }
    void hand_in(const Person& who) {
        EXPECT_EQ(post(who, "/api/exam-attempt/" + exam.exam + "/submit").status, 200);
    }
    std::string path(const std::string& what) const { return "/api/exam/" + exam.exam + what; }
    Reply correct(const std::string& question, const std::string& rest) {
        return post(staff, path("/corrections"),
                    R"({"questionId":)" + json_string(question) + R"(,"reason":"a misprint",)" +
                        rest + "}");
    }
    Reply correct_with(const std::string& question, const std::vector<std::string>& options) {
        std::string answers;
        for (const auto& option : options) {
            answers += (answers.empty() ? "" : ",") + std::string(R"({"optionIds":)") +
                       json_list({option}) + "}";
        }
        return correct(question, R"("kind":"ANSWERS","answers":[)" + answers + "]");
    }
    Reply dry_run(const std::string& query = "") {
        const auto reply = post(staff, path("/regrade" + query), "{}");
        EXPECT_EQ(reply.status, 200) << reply.body;
        return reply;
    }
    Reply apply(const std::string& run_of, const std::string& more = R"("confirm":"Physics")") {
        return post(staff, path("/regrade"),
                    R"({"dry":false,"run":)" + json_string(run_of) + "," + more + "}");
    }
    /// The work has ended.
    void regrade(const std::string& more = R"("confirm":"Physics")") {
        const auto applied = apply(dry_run().at("/run"), more);
        ASSERT_EQ(applied.status, 202) << applied.body;
        run(exams->work.start_work());
        const auto work = "/api/admin/work/" + applied.at("/workId");
        while (get(staff, work).at("/finishedAt") == "null") {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }
    double score(const Person& who) {
        return std::stod(get(who, "/api/result/" + exam.exam + "/score").at("/score"));
    }
    Reply analysis(const Person& who) { return get(who, "/api/result/" + exam.exam + "/analysis"); }

    ExamIds exam;
};
INSTANTIATE_TEST_SUITE_P(Engines, Regrades, both_engines(), engine_name);

TEST_P(Regrades, ShowWhatTheyWouldChangeAndChangeNothing) {
    ASSERT_EQ(correct_with(exam.single, {exam.wrong}).status, 201);
    const auto shown = dry_run();
    EXPECT_EQ(shown.at("/attempts"), "2");
    EXPECT_EQ(shown.at("/totalMarksAfter"), "6");
    EXPECT_NE(shown.body.find(R"("outcomes":[{"before":"RIGHT","after":"WRONG","count":1},)"
                              R"({"before":"WRONG","after":"RIGHT","count":1}])"),
              std::string::npos)
        << shown.body;
    EXPECT_EQ(shown.at("/changedAttempts"), "2");
    EXPECT_EQ(shown.at("/changes/0/candidate/name"), "Ravi");
    EXPECT_NE(shown.body.find(R"("scoreBefore":2.5,"scoreAfter":5,"rankBefore":1,"rankAfter":1,)"),
              std::string::npos)
        << shown.body;
    const auto second = dry_run("?page=2&limit=1");
    EXPECT_EQ(second.at("/changes/0/candidate/name"), "Asha");
    EXPECT_NE(second.body.find(R"("scoreAfter":-0.5,)"), std::string::npos) << second.body;
    EXPECT_EQ(second.at("/run"), shown.at("/run"));
    EXPECT_EQ(score(asha), 2);
    EXPECT_EQ(analysis(asha).at("/questions/0/correctAnswer"), exam.right);
    EXPECT_EQ(post(staff, "/api/result/" + exam.exam + "/calculate").at("/changed"), "0");
    const auto kept = get(staff, path("/corrections"));
    EXPECT_EQ(kept.at("/data/0/inForce"), "false");
    EXPECT_EQ(kept.at("/questions/0/correctAnswer"), exam.right);
    EXPECT_EQ(kept.at("/questions/0/options/0/id"), exam.right);
}

TEST_P(Regrades, PutANewKeyInForce) {
    correct_with(exam.single, {exam.wrong});
    EXPECT_EQ(score(asha), 2);
    regrade();
    EXPECT_EQ(score(asha), -0.5);
    EXPECT_EQ(score(ravi), 5);
    const auto page = analysis(ravi);
    EXPECT_EQ(page.at("/questions/0/correctAnswer"), exam.wrong);
    EXPECT_EQ(page.at("/questions/0/options/1/isCorrect"), "true");
    EXPECT_EQ(page.at("/questions/0/correction/kind"), "ANSWERS");
    EXPECT_EQ(page.at("/questions/1/correction"), "null");
    EXPECT_EQ(get(staff, "/api/question/" + exam.single).at("/data/options/0/isCorrect"), "true");
    const auto kept = get(staff, path("/corrections"));
    EXPECT_EQ(kept.at("/data/0/inForce"), "true");
    EXPECT_EQ(kept.at("/data/0/reason"), "a misprint");
    EXPECT_EQ(kept.at("/questions/0/correctAnswer"), exam.wrong);
    EXPECT_EQ(kept.at("/questions/0/format"), "plain");
    EXPECT_EQ(dry_run().at("/changedAttempts"), "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.regrade'"), "2");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.regrade' AND "
                     "before_act = '{\"score\":\"2\"}' AND after_act = '{\"score\":\"-0.5\"}'"),
              "1");
}

TEST_P(Regrades, AcceptSeveralAnswers) {
    correct_with(exam.single, {exam.right, exam.wrong});
    regrade();
    EXPECT_EQ(score(asha), 2);
    EXPECT_EQ(score(ravi), 5);
    EXPECT_EQ(analysis(asha).at("/questions/0/correction/answers"),
              json_list({exam.right, exam.wrong}));
}

TEST_P(Regrades, GiveFullMarksToAllWhetherTheyAnsweredOrNot) {
    correct(exam.numerical, R"("kind":"FULL_MARKS")");
    regrade();
    EXPECT_EQ(score(asha), 3);
    EXPECT_EQ(score(ravi), 3.5);
    EXPECT_EQ(analysis(asha).at("/totalMarks"), "6");
}

TEST_P(Regrades, TakeTheMarksOfADroppedQuestionOutOfEveryTotal) {
    correct(exam.multiple, R"("kind":"DROP")");
    const auto shown = dry_run();
    EXPECT_EQ(shown.at("/totalMarksBefore"), "6");
    EXPECT_EQ(shown.at("/totalMarksAfter"), "3");
    EXPECT_EQ(get(Person(), "/api/leaderboard/top-five").at("/data/0/name"), "Ravi");
    regrade();
    EXPECT_EQ(score(ravi), -0.5);
    EXPECT_EQ(analysis(asha).at("/totalMarks"), "3");
    EXPECT_EQ(analysis(asha).at("/questions/1/marks"), "0");
    EXPECT_EQ(get(staff, path("/results")).at("/statistics/totalMarks"), "3");
    const auto board = get(Person(), "/api/leaderboard/top-five");
    EXPECT_EQ(board.at("/exam/totalMarks"), "3");
    EXPECT_EQ(board.at("/data/0/name"), "Asha");
}

TEST_P(Regrades, GoByTheLastCorrectionOfAQuestion) {
    correct(exam.numerical, R"("kind":"DROP")");
    correct(exam.numerical, R"("kind":"ANSWERS","answers":[{"value":5,"tolerance":0.5}])");
    regrade();
    EXPECT_EQ(analysis(asha).at("/totalMarks"), "6");
    EXPECT_NE(analysis(asha).body.find(R"("correctAnswer":{"value":5,"tolerance":0.5})"),
              std::string::npos);
    correct(exam.numerical, R"("kind":"ANSWERS","answers":[{"value":9.8,"tolerance":0.1}])");
    regrade();
    EXPECT_NE(analysis(asha).body.find(R"("correctAnswer":{"value":9.8,"tolerance":0.1})"),
              std::string::npos);
}

TEST_P(Regrades, AreRefusedWhenAnythingMovedSinceTheDryRun) {
    correct_with(exam.single, {exam.wrong});
    const auto before = dry_run().at("/run");
    correct(exam.numerical, R"("kind":"FULL_MARKS")");
    EXPECT_EQ(apply(before).code(), "regrade_outdated");
    const auto again = dry_run().at("/run");
    const auto attempt = get(staff, path("/results")).at("/data/1/attemptId");
    ASSERT_EQ(post(staff, "/api/exam-attempt/" + attempt + "/void", R"({"reason":"ill"})").status,
              200);
    EXPECT_EQ(apply(again).code(), "regrade_outdated");
    EXPECT_EQ(apply(dry_run().at("/run")).status, 202);
    EXPECT_EQ(apply("nonsense").status, 409);
}

TEST_P(Regrades, DemandTheTitleOrTheNumberOfThoseTouched) {
    correct_with(exam.single, {exam.wrong});
    const auto shown = dry_run().at("/run");
    EXPECT_EQ(apply(shown, R"("mail":false)").code(), "not_confirmed");
    EXPECT_EQ(apply(shown, R"("confirm":"1")").code(), "not_confirmed");
    EXPECT_EQ(apply(shown, R"("confirm":"2")").status, 202);
    EXPECT_EQ(post(staff, path("/regrade"), R"({"dry":false})").status, 400);
}

TEST_P(Regrades, TellThoseWhoseScoreChangesWhenAsked) {
    correct(exam.numerical, R"("kind":"FULL_MARKS")");
    correct_with(exam.multiple, {exam.both[0]});
    const auto mails = "SELECT COUNT(*) FROM outbox WHERE kind = 'result_corrected'";
    regrade();
    EXPECT_EQ(scalar(mails), "0");
    correct_with(exam.single, {exam.right, exam.wrong});
    regrade(R"("confirm":"1","mail":true)");
    EXPECT_EQ(scalar(mails), "1");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM outbox WHERE kind = 'result_corrected' AND user_id = '" +
                     ravi.id + "'"),
              "1");
}

TEST_P(Regrades, GradeWhatEndsLaterByTheKeyInForce) {
    const auto late = publish_exam();
    exam = late;
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.wrong});
    correct_with(exam.single, {exam.wrong});
    EXPECT_EQ(apply(dry_run().at("/run"), R"("confirm":"Physics","mail":true)").code(),
              "result_not_released");
    regrade();
    hand_in(asha);
    clock.advance(minutes(120));
    EXPECT_EQ(score(asha), 2);
}

TEST_P(Regrades, TakeNoCorrectionThatDoesNotFit) {
    const auto refused = [this](const std::string& question, const std::string& rest) {
        const auto reply = correct(question, rest);
        EXPECT_EQ(reply.status, 400) << reply.body;
        return reply.code();
    };
    const auto answer = [](const std::string& option) {
        return R"("kind":"ANSWERS","answers":[{"optionIds":)" + json_list({option}) + "}]";
    };
    refused(exam.single, R"("kind":"ANSWERS")");
    refused(exam.single, R"("kind":"ANSWERS","answers":[{"value":1}])");
    refused(exam.single, R"("kind":"ANSWERS","answers":[{"optionIds":)" +
                             json_list({exam.right, exam.wrong}) + "}]");
    refused(exam.single, answer(exam.both[0]));
    refused(exam.numerical, answer(exam.right));
    refused(exam.single, R"("kind":"DROP","answers":[{"value":1}])");
    refused(exam.exam, R"("kind":"DROP")");
    refused(exam.single, R"("kind":"NONSENSE")");
    const auto draft = create_exam(minutes(1), minutes(60));
    EXPECT_EQ(
        post(staff, "/api/exam/" + draft + "/corrections",
             R"({"questionId":)" + json_string(exam.single) + R"(,"kind":"DROP","reason":"x"})")
            .code(),
        "exam_not_published");
    EXPECT_EQ(post(asha, path("/corrections"), "{}").status, 403);
    EXPECT_EQ(post(asha, path("/regrade"), "{}").status, 403);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM key_corrections"), "0");
}

TEST_P(Regrades, DoNotFollowASettingThatChangedSinceThePublication) {
    exams::ExamsOptions options;
    options.negative_marks = exams::NegativeMarks::clamp_to_zero;
    run(exams->stop());
    exams = make_module(options);
    router = std::make_unique<http::Router>();
    exams->add_routes(*router);
    run(exams->exams.start());
    EXPECT_EQ(post(staff, "/api/result/" + exam.exam + "/calculate").at("/changed"), "0");
    EXPECT_EQ(score(ravi), 2.5);
    // What was published before that was kept gets the setting of the first start.
    auto forget = [](sql::Session& session) {
        session.execute("UPDATE exams SET negative_marks_rule = NULL");
    };
    run(db().write(std::move(forget)));
    run(exams->exams.start());
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM exams WHERE negative_marks_rule = 'CLAMP'"), "1");
    EXPECT_EQ(post(staff, "/api/result/" + exam.exam + "/calculate").at("/changed"), "1");
    EXPECT_EQ(score(ravi), 3);
}

}  // namespace
}  // namespace tripos::test
