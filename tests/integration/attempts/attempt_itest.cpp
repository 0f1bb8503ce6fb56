// SPDX-License-Identifier: MIT
#include <set>

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using tripos::test::both_engines;
using tripos::test::engine_name;

class AttemptRoutes : public ExamSite {
  protected:
    static constexpr seconds kGrace{5};

    static std::string path(const ExamIds& exam, std::string_view action) {
        return "/api/exam-attempt/" + exam.exam + "/" + std::string(action);
    }
    std::string status_of(const Person& who) {
        return get(who, "/api/result").at("/data/0/status");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, AttemptRoutes, both_engines(), engine_name);

TEST_P(AttemptRoutes, ShowThePaperWithSavedAnswersAndTheTimeLeft) {
    const auto exam = publish_exam();
    start(asha, exam);
    EXPECT_EQ(save_options(asha, exam, exam.multiple, exam.both).status, 200);
    EXPECT_EQ(save_number(asha, exam, "9.75").message(), "Answer saved");
    clock.advance(seconds(90));
    const auto page = get(asha, path(exam, "attempt"));
    ASSERT_EQ(page.status, 200) << page.body;
    EXPECT_EQ(page.at("/remainingSeconds"), "3510");
    EXPECT_EQ(page.at("/exam/title"), "Physics");
    EXPECT_EQ(page.at("/exam/questions/0/studentAnswer"), "null");
    EXPECT_EQ(page.at("/exam/questions/1/studentAnswer/selectedOptionIds"), json_list(exam.both));
    EXPECT_NE(page.body.find(R"("selectedOptionIds":[],"numericalAnswer":9.75})"),
              std::string::npos);
    EXPECT_EQ(page.at("/exam/questions/0/options/0/text"), "yes");
    EXPECT_EQ(page.at("/attemptId"), get(asha, "/api/exam/live").at("/exams/0/attemptId"));
}

TEST_P(AttemptRoutes, StartOnceUnderFiftyConcurrentCalls) {
    const auto exam = publish_exam();
    const Call call{
        .method = http::Method::post, .who = asha, .target = path(exam, "start"), .body = ""};
    const auto replies = send_together(std::vector<Call>(50, call));
    int started = 0;
    for (const auto& reply : replies) {
        started += reply.status == 201 ? 1 : 0;
        EXPECT_TRUE(reply.status == 201 || reply.code() == "already_attempted") << reply.body;
    }
    EXPECT_EQ(started, 1);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM attempts"), "1");
}

TEST_P(AttemptRoutes, APersonWhoseAccountWasDeletedDoesNotStartAgain) {
    const auto exam = publish_exam();
    give_profile(asha, "CS-17");
    start(asha, exam);
    auto leave = [this](sql::Session& session) {
        departed.remember(session, asha.id);
        session.execute("DELETE FROM profiles WHERE user_id = $1", asha.id);
        session.execute(
            "UPDATE users SET email = 'x', email_canonical = 'x', deleted_at = 1 WHERE id = $1",
            asha.id);
    };
    run(db().write(leave));
    const auto same_address = person("Asha");
    EXPECT_EQ(post(same_address, path(exam, "start")).code(), "already_attempted");
    const auto same_number = person("Other");
    give_profile(same_number, "cs-17");
    EXPECT_EQ(post(same_number, path(exam, "start")).code(), "already_attempted");
    EXPECT_EQ(post(ravi, path(exam, "start")).status, 201) << "who is somebody else may";
    EXPECT_EQ(post(asha, path(exam, "start")).status, 401) << "an account that is gone may not";
}

TEST_P(AttemptRoutes, StartOnlyWithinTheWindow) {
    const auto exam = publish_exam(minutes(30));
    EXPECT_EQ(post(asha, "/api/exam-attempt/00000000-0000-7000-8000-000000000000/start").status,
              404);
    EXPECT_EQ(post(asha, "/api/exam-attempt/nonsense/start").status, 404);
    clock.advance(minutes(30));
    EXPECT_EQ(post(asha, path(exam, "start")).code(), "exam_not_active");
    clock.advance(-minutes(31));
    const auto early = post(asha, path(exam, "start"));
    EXPECT_EQ(early.status, 400);
    EXPECT_EQ(early.code(), "exam_not_active");
}

TEST_P(AttemptRoutes, AnswerForbiddenWithoutAnAttempt) {
    const auto exam = publish_exam();
    const auto page = get(asha, path(exam, "attempt"));
    EXPECT_EQ(page.status, 403);
    EXPECT_EQ(page.code(), "no_active_attempt");
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).status, 403);
    EXPECT_EQ(post(asha, path(exam, "submit")).status, 400);
    start(ravi, exam);
    EXPECT_EQ(get(asha, path(exam, "attempt")).status, 403);
    EXPECT_EQ(get(asha, "/api/exam-attempt/nonsense/attempt").status, 403);
}

TEST_P(AttemptRoutes, RefuseAnswersThatDoNotFit) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto save = path(exam, "save");
    const auto body = [](const std::string& question, const std::string& rest) {
        return R"({"questionId":)" + json_string(question) + rest + "}";
    };
    const std::string foreign = "00000000-0000-7000-8000-000000000000";
    const std::vector<std::string> rows{
        body(foreign, R"(,"selectedOptionIds":[])"),
        body("nonsense", R"(,"selectedOptionIds":[])"),
        body(exam.single, R"(,"selectedOptionIds":)" + json_list({exam.right, exam.wrong})),
        body(exam.single, R"(,"selectedOptionIds":)" + json_list({exam.neither})),
        body(exam.single, R"(,"selectedOptionIds":"x")"),
        body(exam.single, ""),
        body(exam.single, R"(,"numericalAnswer":1)"),
        body(exam.numerical, ""),
        body(exam.numerical, R"(,"numericalAnswer":"one")"),
        body(exam.numerical, R"(,"numericalAnswer":1e999)"),
        body(exam.numerical,
             R"(,"numericalAnswer":1,"selectedOptionIds":)" + json_list({exam.right})),
        "[]",
        "{"};
    for (const auto& row : rows) {
        const auto reply = post(asha, save, row);
        EXPECT_EQ(reply.status, 400) << row << reply.body;
        EXPECT_FALSE(reply.message().empty());
    }
    EXPECT_EQ(
        scalar("SELECT (SELECT COUNT(*) FROM answers) + (SELECT COUNT(*) FROM answer_history)"),
        "0");
}

TEST_P(AttemptRoutes, ClearAnAnswer) {
    const auto exam = publish_exam();
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.right});
    save_number(asha, exam, "9.8");
    get(asha, path(exam, "attempt"));
    EXPECT_EQ(save_options(asha, exam, exam.single, {}).status, 200);
    EXPECT_EQ(save_number(asha, exam, "null").status, 200);
    const auto page = get(asha, path(exam, "attempt"));
    EXPECT_EQ(page.at("/exam/questions/0/studentAnswer"), "null");
    EXPECT_EQ(page.at("/exam/questions/2/studentAnswer"), "null");
}

TEST_P(AttemptRoutes, ReadFromTheCacheAndFreshAfterEverySave) {
    const auto exam = publish_exam();
    start(asha, exam);
    get(asha, path(exam, "attempt"));
    const auto before = statements();
    EXPECT_EQ(get(asha, path(exam, "attempt")).status, 200);
    EXPECT_EQ(statements(), before);
    for (const auto& option : {exam.right, exam.wrong}) {
        save_options(asha, exam, exam.single, {option});
        EXPECT_EQ(get(asha, path(exam, "attempt"))
                      .at("/exam/questions/0/studentAnswer/selectedOptionIds/0"),
                  option);
    }
}

TEST_P(AttemptRoutes, NeverServeAnOlderAnswerThanTheSavedOne) {
    const auto exam = publish_exam();
    start(asha, exam);
    for (int round = 0; round < 20; ++round) {
        const auto& option = round % 2 == 0 ? exam.right : exam.wrong;
        const Call read{
            .method = http::Method::get, .who = asha, .target = path(exam, "attempt"), .body = ""};
        const Call save{.method = http::Method::post,
                        .who = asha,
                        .target = path(exam, "save"),
                        .body = R"({"questionId":)" + json_string(exam.single) +
                                R"(,"selectedOptionIds":)" + json_list({option}) + "}"};
        send_together({read, read, save, read, read});
        ASSERT_EQ(get(asha, path(exam, "attempt"))
                      .at("/exam/questions/0/studentAnswer/selectedOptionIds/0"),
                  option)
            << "round " << round;
    }
}

TEST_P(AttemptRoutes, SubmitOnceAndTakeNothingAfterwards) {
    const auto exam = publish_exam();
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.right});
    const Call call{
        .method = http::Method::post, .who = asha, .target = path(exam, "submit"), .body = ""};
    int submitted = 0;
    for (const auto& reply : send_together(std::vector<Call>(20, call))) {
        submitted += reply.status == 200 ? 1 : 0;
        EXPECT_TRUE(reply.status == 200 || reply.status == 400) << reply.body;
    }
    EXPECT_EQ(submitted, 1);
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.wrong}).status, 403);
    EXPECT_EQ(get(asha, path(exam, "attempt")).status, 403);
    EXPECT_EQ(post(asha, path(exam, "start")).status, 400);
    EXPECT_EQ(post(asha, path(exam, "submit")).code(), "already_submitted");
    EXPECT_EQ(scalar("SELECT score FROM attempts"), "2000");
}

TEST_P(AttemptRoutes, GradeEverySaveThatWasAnsweredBeforeARacingSubmit) {
    const auto exam = publish_exam();
    std::vector<Person> people;
    for (int i = 0; i < 10; ++i) {
        people.push_back(person("racer" + std::to_string(i)));
        start(people.back(), exam);
    }
    std::vector<Call> calls;
    for (const auto& who : people) {
        calls.push_back({.method = http::Method::post,
                         .who = who,
                         .target = path(exam, "save"),
                         .body = R"({"questionId":)" + json_string(exam.single) +
                                 R"(,"selectedOptionIds":)" + json_list({exam.right}) + "}"});
        calls.push_back(
            {.method = http::Method::post, .who = who, .target = path(exam, "submit"), .body = ""});
    }
    const auto replies = send_together(calls);
    for (std::size_t i = 0; i < people.size(); ++i) {
        EXPECT_EQ(replies[2 * i + 1].status, 200) << replies[2 * i + 1].body;
        const auto score =
            scalar("SELECT score FROM attempts WHERE user_id = '" + people[i].id + "'");
        EXPECT_EQ(score, replies[2 * i].status == 200 ? "2000" : "0");
    }
}

TEST_P(AttemptRoutes, EndAtTheDeadlineWithWhatWasSaved) {
    const auto exam = publish_exam();
    start(asha, exam);
    save_options(asha, exam, exam.single, {exam.right});
    clock.advance(minutes(60) - std::chrono::milliseconds(1));
    EXPECT_EQ(save_options(asha, exam, exam.multiple, exam.both).status, 200);
    clock.advance(std::chrono::milliseconds(1));
    const auto late = save_options(asha, exam, exam.single, {exam.wrong});
    EXPECT_EQ(late.status, 403);
    EXPECT_EQ(late.message(), "Time over. Exam auto-submitted.");
    const auto page = get(asha, path(exam, "attempt"));
    EXPECT_EQ(page.status, 403);
    EXPECT_EQ(page.message(), "Time over. Exam auto-submitted.");
    EXPECT_EQ(post(asha, path(exam, "submit")).status, 400);
    EXPECT_EQ(status_of(asha), "IN_PROGRESS") << "for what arrived in time and is on its way";
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 0u);
    clock.advance(kGrace);
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 1u);
    EXPECT_EQ(status_of(asha), "AUTO_SUBMITTED");
    EXPECT_EQ(scalar("SELECT score FROM attempts"), "5000");
    EXPECT_EQ(scalar("SELECT submitted_at - started_at FROM attempts"), "3600000");
}

TEST_P(AttemptRoutes, TakeWhatArrivedInTimeThoughItIsLookedAtLater) {
    const auto exam = publish_exam(minutes(60));
    start(asha, exam);
    start(ravi, exam);
    clock.advance(minutes(60) - std::chrono::milliseconds(100));
    const auto arrived_at = clock.now();
    clock.advance(seconds(5));
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 0u);
    EXPECT_EQ(get(ravi, "/api/result/" + exam.exam + "/score").code(), "not_submitted");
    const auto late = save_options(asha, exam, exam.single, {exam.right}, arrived_at);
    EXPECT_EQ(late.status, 200) << late.body;
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.wrong}).code(), "time_over");
    clock.advance(std::chrono::milliseconds(100));
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 2u);
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.wrong}, arrived_at).code(), "time_over")
        << "the grace is over";
    EXPECT_EQ(get(asha, "/api/result/" + exam.exam + "/score").at("/score"), "2");
    EXPECT_EQ(scalar("SELECT MAX(submitted_at - started_at) FROM attempts"), "3600000");
}

TEST_P(AttemptRoutes, EndAReadAttemptWhoseTimeIsOver) {
    const auto exam = publish_exam();
    start(asha, exam);
    get(asha, path(exam, "attempt"));
    clock.advance(minutes(61));
    EXPECT_EQ(get(asha, path(exam, "attempt")).message(), "Time over. Exam auto-submitted.");
    EXPECT_EQ(status_of(asha), "AUTO_SUBMITTED");
}

TEST_P(AttemptRoutes, GiveTheCandidatesExtraMinutesPastTheEndAndHoldTheKeyBackSoLong) {
    const auto slow = person("slow", {}, 30);
    const auto exam = publish_exam(minutes(60));
    start(slow, exam);
    start(asha, exam);
    const auto page = get(slow, path(exam, "attempt"));
    EXPECT_EQ(page.at("/remainingSeconds"), "5400");
    EXPECT_EQ(page.at("/extraMinutes"), "30");
    EXPECT_EQ(page.at("/deadlineReason"), "duration");
    post(asha, path(exam, "submit"));
    clock.advance(minutes(89));
    EXPECT_EQ(get(asha, "/api/result/" + exam.exam + "/analysis").code(), "result_not_released");
    EXPECT_EQ(get(asha, "/api/result").at("/data/0/isResultAvailable"), "false");
    EXPECT_EQ(get(asha, "/api/leaderboard/top-five").status, 404);
    EXPECT_EQ(save_options(slow, exam, exam.single, {exam.right}).status, 200);
    EXPECT_EQ(post(slow, path(exam, "submit")).status, 200);
    EXPECT_EQ(get(asha, "/api/result/" + exam.exam + "/analysis").status, 200)
        << "nobody answers any more";
}

TEST_P(AttemptRoutes, CutExtraTimeAtTheEndWhereTheExamSaysSo) {
    const auto slow = person("slow", {}, 30);
    const auto exam = publish_exam(minutes(80));
    auto forbid = [](sql::Session& session) {
        return session.execute("UPDATE exams SET extra_past_end = 0");
    };
    run(db().write(forbid));
    start(slow, exam);
    const auto page = get(slow, path(exam, "attempt"));
    EXPECT_EQ(page.at("/remainingSeconds"), "4800");
    EXPECT_EQ(page.at("/extraMinutes"), "20");
    EXPECT_EQ(page.at("/deadlineReason"), "exam_end");
}

TEST_P(AttemptRoutes, TellTheClockInEveryAnswerAndInAStatusWithoutThePaper) {
    const auto exam = publish_exam();
    EXPECT_EQ(get(asha, path(exam, "status")).code(), "no_active_attempt");
    const auto started = post(asha, path(exam, "start"));
    const auto deadline = in(minutes(60));
    clock.advance(seconds(61));
    const auto now = in(minutes(0));
    const auto saved = save_options(asha, exam, exam.single, {exam.right});
    const auto page = get(asha, path(exam, "attempt"));
    const auto status = get(asha, path(exam, "status"));
    for (const auto& reply : {started, saved, page, status}) {
        EXPECT_EQ(reply.at("/deadline"), deadline) << reply.body;
        EXPECT_EQ(reply.at("/deadlineReason"), "duration");
        EXPECT_EQ(reply.at("/extraMinutes"), "0");
    }
    for (const auto& reply : {saved, page, status}) {
        EXPECT_EQ(reply.at("/serverTime"), now) << reply.body;
    }
    EXPECT_EQ(status.at("/status"), "IN_PROGRESS");
    EXPECT_EQ(status.at("/attemptId"), page.at("/attemptId"));
    EXPECT_EQ(status.at("/exam"), "");
    const auto before = statements();
    get(asha, path(exam, "status"));
    EXPECT_EQ(statements(), before) << "from the cache";
    close(exam.exam);
    EXPECT_EQ(get(asha, path(exam, "status")).at("/deadlineReason"), "closed");
    EXPECT_EQ(get(asha, path(exam, "status")).at("/status"), "AUTO_SUBMITTED");
    EXPECT_EQ(get(asha, path(exam, "status")).at("/deadline"), now);
}

TEST_P(AttemptRoutes, AreFinishedByTheLoopWithoutAnyoneAsking) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    save_options(asha, exam, exam.single, {exam.wrong});
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 0u);
    clock.advance(minutes(65));
    const auto report = run(exams->finisher().finish_due());
    EXPECT_EQ(report.finished, 2u);
    EXPECT_FALSE(report.next_deadline);
    EXPECT_EQ(status_of(asha), "AUTO_SUBMITTED");
    EXPECT_EQ(scalar("SELECT SUM(score) * 1 FROM attempts WHERE score <> 0 AND score < 0"), "-500");
    EXPECT_EQ(run(exams->finisher().finish_due()).finished, 0u);
}

TEST_P(AttemptRoutes, ThatRanOutWhileTheServerWasDownEndWhenItStarts) {
    const auto exam = publish_exam();
    start(asha, exam);
    clock.advance(minutes(600));
    const auto other = make_module();
    const auto third = make_module();
    exams->start();
    other->start();
    third->start();
    const auto give_up = std::chrono::steady_clock::now() + seconds(20);
    while (scalar("SELECT COUNT(*) FROM attempts WHERE status = 'AUTO_SUBMITTED'") != "1" &&
           std::chrono::steady_clock::now() < give_up) {
        run(sleep_for(std::chrono::milliseconds(5)));
    }
    run(third->stop());
    run(other->stop());
    EXPECT_EQ(scalar("SELECT submitted_at - started_at FROM attempts"), "3600000");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM attempts WHERE score IS NOT NULL"), "1");
}

TEST_P(AttemptRoutes, AreFinishedOnceByRacingLoopsAndSubmits) {
    const auto exam = publish_exam();
    std::vector<Call> calls;
    for (int i = 0; i < 20; ++i) {
        const auto who = person("late" + std::to_string(i));
        start(who, exam);
        calls.push_back(
            {.method = http::Method::get, .who = who, .target = path(exam, "attempt"), .body = ""});
        calls.push_back(
            {.method = http::Method::post, .who = who, .target = path(exam, "submit"), .body = ""});
    }
    clock.advance(minutes(60) + kGrace);
    const auto other = make_module();
    exams->start();
    other->start();
    for (const auto& reply : send_together(calls)) {
        EXPECT_EQ(reply.message(), "Time over. Exam auto-submitted.");
    }
    run(exams->finisher().finish_due());
    run(other->stop());
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM attempts WHERE status = 'AUTO_SUBMITTED'"), "20");
    EXPECT_NE(metrics.render().find(R"(tripos_exams_attempts_total{event="auto_submitted"} 20)"),
              std::string::npos);
}

TEST_P(AttemptRoutes, NeverTellACandidateWhichOptionIsCorrect) {
    const auto exam = publish_exam();
    std::string seen;
    const auto look = [&] {
        for (const auto& route :
             {std::string("/api/exam/live"), std::string("/api/exam/upcoming"),
              path(exam, "attempt"), std::string("/api/result"),
              "/api/result/" + exam.exam + "/score", "/api/result/" + exam.exam + "/analysis",
              "/api/exam/" + exam.exam, "/api/question/" + exam.single,
              std::string("/api/question/all"), std::string("/api/leaderboard/top-five")}) {
            seen += get(asha, route).body + "\n";
        }
    };
    look();
    seen += post(asha, path(exam, "start")).body;
    look();
    seen += save_options(asha, exam, exam.single, {exam.right}).body;
    seen += save_number(asha, exam, "9.75").body;
    look();
    seen += post(asha, path(exam, "submit")).body;
    look();
    for (const auto* word : {"isCorrect", "correct\"", "correctAnswer", "tolerance", "9.8"}) {
        EXPECT_EQ(seen.find(word), std::string::npos) << word;
    }
    const auto stored = redis->raw({"GET", "exam:" + exam.exam + ":questions"});
    EXPECT_NE(stored.find("One?"), std::string::npos);
    EXPECT_EQ(stored.find("orrect\""), std::string::npos);
    EXPECT_EQ(stored.find("9.8"), std::string::npos);
}

TEST_P(AttemptRoutes, GoOnWithoutRedis) {
    const auto exam = publish_exam();
    start(asha, exam);
    redis->kill();
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).status, 200);
    EXPECT_EQ(
        get(asha, path(exam, "attempt")).at("/exam/questions/0/studentAnswer/selectedOptionIds/0"),
        exam.right);
    EXPECT_EQ(post(asha, path(exam, "submit")).status, 200);
}

}  // namespace
}  // namespace tripos::test
