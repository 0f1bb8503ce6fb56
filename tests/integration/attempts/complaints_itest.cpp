// SPDX-License-Identifier: MIT
// What candidates of other systems complained of, each as it happens from their side.

#include <thread>

#include "http/json_writer.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using http::json_string;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Complaints : public ExamSite {
  protected:
    static std::string own(const ExamIds& exam, const std::string& what) {
        return "/api/exam-attempt/" + exam.exam + "/" + what;
    }
    Reply status(const Person& who, const ExamIds& exam) { return get(who, own(exam, "status")); }
    Reply save_as(const std::string& device, const Person& who, const ExamIds& exam,
                  const std::string& option, int revision) {
        return post(who, own(exam, "save"),
                    R"({"questionId":)" + json_string(exam.single) + R"(,"selectedOptionIds":)" +
                        json_list({option}) + R"(,"clientId":)" + json_string(device) +
                        R"(,"revision":)" + std::to_string(revision) + "}");
    }
    std::string score(const Person& who, const ExamIds& exam) {
        return get(who, "/api/result/" + exam.exam + "/score").at("/score");
    }
    std::string entries(const std::string& action) {
        return scalar("SELECT COUNT(*) FROM audit_entries WHERE action = '" + action + "'");
    }
    void end_what_is_due() { run(exams->finisher().finish_due()); }
};
INSTANTIATE_TEST_SUITE_P(Engines, Complaints, both_engines(), engine_name);

TEST_P(Complaints, ITypedAnswersTheTimeRanOutAndIGotNothing) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.wrong});
    save_options(asha, exam, exam.multiple, exam.both);
    ASSERT_EQ(save_options(asha, exam, exam.single, {exam.right}).status, 200);
    clock.advance(minutes(61));  // nothing more is heard of the client
    end_what_is_due();
    EXPECT_EQ(score(asha, exam), "5");
}

TEST_P(Complaints, NobodySawThatIWasDisconnected) {
    const auto exam = publish_exam();
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.right});
    const auto saved_at = to_iso8601(clock.now());
    run(exams->attempts.presence().flush());
    clock.advance(seconds(91));
    const auto board = get(staff, "/api/exam/" + exam.exam + "/board");
    EXPECT_EQ(board.at("/candidates/0/state"), "quiet") << board.body;
    EXPECT_EQ(board.at("/candidates/0/lastSaveAt"), saved_at);
    EXPECT_EQ(status(asha, exam).status, 200);
    run(exams->attempts.presence().flush());
    clock.advance(seconds(1));
    EXPECT_EQ(get(staff, "/api/exam/" + exam.exam + "/board").at("/candidates/0/state"), "writing");
}

TEST_P(Complaints, AnOlderAnswerOverwroteTheNewerOne) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    const auto older = clock.now();
    clock.advance(seconds(20));
    ASSERT_EQ(save_options(asha, exam, exam.single, {exam.right}).status, 200);
    const auto delayed = save_options(asha, exam, exam.single, {exam.wrong}, older);
    EXPECT_EQ(delayed.at("/stale"), "true") << delayed.body;
    clock.advance(minutes(61));
    end_what_is_due();
    EXPECT_EQ(score(asha, exam), "2");
}

TEST_P(Complaints, TheExamClosedBeforeMyTimeWasOverAndNobodyHadSaidSo) {
    const auto exam = publish_exam(minutes(60));
    clock.advance(minutes(45));
    const auto lobby = get(asha, "/api/exam/" + exam.exam + "/lobby");
    EXPECT_EQ(lobby.at("/deadline"), in(minutes(15))) << lobby.body;
    EXPECT_EQ(lobby.at("/deadlineReason"), "exam_end");
    const auto started = post(asha, own(exam, "start"));
    EXPECT_EQ(started.at("/deadline"), in(minutes(15))) << started.body;
    EXPECT_EQ(started.at("/deadlineReason"), "exam_end");
}

TEST_P(Complaints, MyExtraTimeWasNotShownOrNotHonoured) {
    const auto exam = publish_exam(minutes(60));
    const auto slow = person("slow", {}, 30);
    const auto deadline = in(minutes(90));
    const auto started = post(slow, own(exam, "start"));
    clock.advance(minutes(89));
    const auto saved = save_options(slow, exam, exam.single, {exam.right});
    for (const auto& told : {started, get(slow, own(exam, "attempt")), saved, status(slow, exam)}) {
        EXPECT_EQ(told.at("/deadline"), deadline) << told.body;
        EXPECT_EQ(told.at("/extraMinutes"), "30");
    }
    clock.advance(minutes(2));
    end_what_is_due();
    EXPECT_EQ(score(slow, exam), "2");
}

TEST_P(Complaints, TheReportSaysThatIWroteForFiveHours) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    const auto deadline = in(minutes(60));
    clock.advance(hours(5));  // no process ran
    end_what_is_due();
    const auto results = get(staff, "/api/exam/" + exam.exam + "/results");
    EXPECT_EQ(results.at("/data/0/submittedAt"), deadline) << results.body;
}

TEST_P(Complaints, TheClientHandedInAgainAndAgain) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    ASSERT_EQ(post(asha, own(exam, "submit")).status, 200);
    clock.advance(minutes(60));
    for (int i = 0; i < 30; ++i) {  // through the grace, and on
        EXPECT_EQ(post(asha, own(exam, "submit")).code(), "already_submitted");
        EXPECT_EQ(post(ravi, own(exam, "submit")).code(), "time_over");
        clock.advance(seconds(1));
    }
    EXPECT_EQ(entries("attempt.submit"), "1");
    EXPECT_EQ(entries("attempt.end"), "1");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM hand_ins"), "1");
    const auto before = statements();
    post(ravi, own(exam, "submit"));
    EXPECT_LE(statements() - before, 4U) << "it costs next to nothing";
}

TEST_P(Complaints, EverybodyPressedStartBeforeItOpened) {
    const auto exam = publish_exam();
    const auto later = create_exam(minutes(10), minutes(60));
    ASSERT_EQ(
        post(staff, "/api/exam/" + later + "/questions",
             R"({"addQuestionIds":[{"questionId":)" + json_string(exam.single) + R"(,"marks":2}]})")
            .status,
        200);
    ASSERT_EQ(post(staff, "/api/exam/" + later + "/publish").status, 200);
    const auto lobby = get(asha, "/api/exam/" + later + "/lobby");
    EXPECT_GE(std::stoll("0" + lobby.at("/startAfterMs")), 600'000) << lobby.body;
    std::vector<Call> early(
        20, Call{http::Method::post, asha, "/api/exam-attempt/" + later + "/start", ""});
    for (const auto& reply : send_together(early)) {
        EXPECT_EQ(reply.code(), "exam_not_active");
    }
    EXPECT_EQ(entries("attempt.start_refused"), "0");
    clock.advance(minutes(10));
    EXPECT_EQ(post(asha, "/api/exam-attempt/" + later + "/start").status, 201);
}

TEST_P(Complaints, TheScoreboardTookTheSiteDown) {
    const auto exam = publish_exam(minutes(30));
    for (const auto& who : {asha, ravi}) {
        start(who, exam);
        save_options(who, exam, exam.single, {exam.right});
        post(who, own(exam, "submit"));
    }
    clock.advance(minutes(31));
    ASSERT_EQ(get(asha, "/api/leaderboard/top-five").status, 200);
    const auto before = statements();
    for (int i = 0; i < 100; ++i) {
        get(asha, "/api/leaderboard/top-five");
    }
    EXPECT_LE(statements() - before, 10U);
}

TEST_P(Complaints, TheKeyWasMendedAndWhatHadBeenAcceptedByHandWasLost) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto attempt = status(asha, exam).at("/attemptId");
    post(asha, own(exam, "submit"));
    save_options(asha, exam, exam.single, {exam.wrong});
    ASSERT_EQ(post(staff, "/api/exam-attempt/" + attempt + "/late/accept", R"({"reason":"x"})")
                  .at("/scoreAfter"),
              "-5E-1");
    const auto path = "/api/exam/" + exam.exam;
    ASSERT_EQ(post(staff, path + "/corrections",
                   R"({"questionId":)" + json_string(exam.single) +
                       R"(,"reason":"a misprint","kind":"ANSWERS","answers":[{"optionIds":)" +
                       json_list({exam.wrong}) + "}]}")
                  .status,
              201);
    const auto dry = post(staff, path + "/regrade", "{}");
    EXPECT_EQ(dry.at("/changedAttempts"), "1") << dry.body;
    const auto applied =
        post(staff, path + "/regrade",
             R"({"dry":false,"confirm":"1","run":)" + json_string(dry.at("/run")) + "}");
    ASSERT_EQ(applied.status, 202) << applied.body;
    run(exams->work.start_work());
    const auto work = "/api/admin/work/" + applied.at("/workId");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (get(staff, work).at("/finishedAt") == "null") {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    clock.advance(minutes(121));
    EXPECT_EQ(score(asha, exam), "2");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.regrade' AND "
                     "before_act LIKE '%-0.5%' AND after_act LIKE '%2%'"),
              "1");
}

TEST_P(Complaints, MyComputerDiedAndMyWorkWasGone) {
    const auto exam = publish_exam();
    start(asha, exam);
    ASSERT_EQ(save_as("old", asha, exam, exam.wrong, 0).at("/revision"), "1");
    clock.advance(seconds(5));
    const auto page = get(asha, own(exam, "attempt"));  // on the computer of the next seat
    EXPECT_EQ(page.at("/exam/questions/0/studentAnswer/selectedOptionIds/0"), exam.wrong);
    EXPECT_EQ(page.at("/answerVersions/0/revision"), "1") << page.body;
    EXPECT_EQ(save_as("new", asha, exam, exam.right, 1).at("/revision"), "2");
    const auto back = save_as("old", asha, exam, exam.wrong, 1);  // it comes to itself
    EXPECT_EQ(back.code(), "answer_changed");
    EXPECT_EQ(back.at("/stored/selectedOptionIds/0"), exam.right) << back.body;
    post(asha, own(exam, "submit"));
    clock.advance(minutes(121));
    EXPECT_EQ(score(asha, exam), "2");
}

TEST_P(Complaints, TwoTabsClobberedEachOther) {
    const auto exam = publish_exam();
    start(asha, exam);
    ASSERT_EQ(save_as("tab 1", asha, exam, exam.wrong, 0).status, 200);
    const auto blind = save_as("tab 2", asha, exam, exam.right, 0);
    EXPECT_EQ(blind.status, 409);
    EXPECT_EQ(blind.at("/stored/revision"), "1");
    EXPECT_EQ(save_as("tab 2", asha, exam, exam.right, 1).status, 200) << "chosen with open eyes";
    EXPECT_EQ(save_as("tab 1", asha, exam, exam.wrong, 1).status, 409);
    EXPECT_EQ(
        scalar("SELECT (SELECT COUNT(*) FROM answers) + (SELECT COUNT(*) FROM answer_history)"),
        "2");
}

}  // namespace
}  // namespace tripos::test
