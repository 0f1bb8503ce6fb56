// SPDX-License-Identifier: MIT
#include "accounts/user.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class ResultRoutes : public ExamSite {
  protected:
    /// Right on SINGLE, half of MULTIPLE, the inclusive bound of NUMERICAL: 2 - 1 + 1.
    void sit(const Person& who, const ExamIds& exam) {
        start(who, exam);
        save_options(who, exam, exam.single, {exam.right});
        save_options(who, exam, exam.multiple, {exam.both[0]});
        save_number(who, exam, "9.9");
        EXPECT_EQ(post(who, "/api/exam-attempt/" + exam.exam + "/submit").status, 200);
    }
    Reply score(const Person& who, const ExamIds& exam) {
        return get(who, "/api/result/" + exam.exam + "/score");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ResultRoutes, both_engines(), engine_name);

TEST_P(ResultRoutes, StayHiddenUntilTheExamEnds) {
    const auto exam = publish_exam();
    EXPECT_EQ(score(asha, exam).status, 404);
    start(ravi, exam);
    EXPECT_EQ(score(ravi, exam).status, 400);
    sit(asha, exam);
    EXPECT_EQ(score(asha, exam).status, 403);
    EXPECT_EQ(get(asha, "/api/result/" + exam.exam + "/analysis").status, 403);
    const auto before = get(asha, "/api/result");
    EXPECT_EQ(before.at("/count"), "1");
    EXPECT_EQ(before.at("/data/0/score"), "null");
    EXPECT_EQ(before.at("/data/0/isResultAvailable"), "false");
    EXPECT_EQ(before.at("/data/0/status"), "SUBMITTED");
    clock.advance(minutes(120));
    EXPECT_EQ(score(asha, exam).status, 403) << "an attempt is yet to end";
    run(exams->finisher().finish_due());
    const auto after = get(asha, "/api/result");
    EXPECT_EQ(after.at("/data/0/score"), "2");
    EXPECT_EQ(after.at("/data/0/isResultAvailable"), "true");
    const auto shown = score(asha, exam);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.at("/score"), "2");
    EXPECT_EQ(shown.at("/examTitle"), "Physics");
    EXPECT_EQ(get(asha, "/api/result/nonsense/score").status, 404);
}

TEST_P(ResultRoutes, ExplainEveryQuestionInTheAnalysis) {
    const auto exam = publish_exam();
    sit(asha, exam);
    clock.advance(minutes(120));
    const auto path = "/api/result/" + exam.exam + "/analysis";
    const auto reply = get(asha, path);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/totalQuestions"), "3");
    EXPECT_EQ(reply.at("/totalMarks"), "6");
    EXPECT_NE(reply.body.find("\"percentage\":33.33,"), std::string::npos);
    EXPECT_EQ(reply.at("/questions/0/correctAnswer"), exam.right);
    EXPECT_EQ(reply.at("/questions/1/correctAnswer"), json_list(exam.both));
    EXPECT_NE(reply.body.find(R"("correctAnswer":{"value":9.8,"tolerance":0.1})"),
              std::string::npos);
    EXPECT_EQ(reply.at("/questions/1/studentAnswer/marksObtained"), "-1");
    EXPECT_EQ(reply.at("/questions/2/studentAnswer/marksObtained"), "1");
    const auto before = statements();
    EXPECT_EQ(get(asha, path).status, 200);
    EXPECT_EQ(get(asha, "/api/result").status, 200);
    EXPECT_EQ(statements(), before);
}

TEST_P(ResultRoutes, AreGradedAgainWithoutChange) {
    const auto exam = publish_exam();
    sit(asha, exam);
    clock.advance(minutes(120));
    const auto path = "/api/result/" + exam.exam + "/calculate";
    const auto same = post(staff, path);
    EXPECT_EQ(same.status, 200);
    EXPECT_EQ(same.at("/graded"), "1");
    EXPECT_EQ(same.at("/changed"), "0");
    EXPECT_EQ(score(asha, exam).at("/score"), "2");
    auto spoil = [](sql::Session& session) { session.execute("UPDATE attempts SET score = 1"); };
    run(db().write(spoil));
    EXPECT_EQ(post(staff, path).at("/changed"), "1");
    EXPECT_EQ(score(asha, exam).at("/score"), "2");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'exam.regrade'"), "2");
    EXPECT_EQ(post(staff, "/api/result/nonsense/calculate").status, 404);
}

TEST_P(ResultRoutes, AreFreshAtOnceWhenTheyAreGradedAgain) {
    const auto exam = publish_exam();
    sit(asha, exam);
    clock.advance(minutes(120));
    const auto write = [this](const std::string& statement) {
        auto work = [statement](sql::Session& session) { session.execute(statement); };
        run(db().write(std::move(work)));
    };
    const auto board = [this] {
        return get(Person(), "/api/leaderboard/top-five").at("/data/0/score");
    };
    write("UPDATE attempts SET score = 5000");
    EXPECT_EQ(score(asha, exam).at("/score"), "5");
    EXPECT_EQ(board(), "5");
    EXPECT_EQ(get(asha, "/api/result").at("/data/0/score"), "5");
    const auto calculate = "/api/result/" + exam.exam + "/calculate";
    ASSERT_EQ(post(staff, calculate).at("/changed"), "1");
    EXPECT_EQ(score(asha, exam).at("/score"), "2");
    EXPECT_EQ(board(), "2");
    EXPECT_EQ(get(asha, "/api/result").at("/data/0/score"), "2");

    write("UPDATE attempts SET question_marks = '-1000,2000,1000'");  // of the same sum
    EXPECT_EQ(post(staff, calculate).at("/changed"), "1");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM attempts WHERE question_marks = '2000,-1000,1000'"),
              "1");
}

TEST_P(ResultRoutes, OfAVoidAttemptAreGoneAtOnce) {
    const auto exam = publish_exam();
    sit(asha, exam);
    sit(ravi, exam);
    clock.advance(minutes(120));
    const auto board = [this](std::string_view pointer) {
        return get(Person(), "/api/leaderboard/top-five").at(pointer);
    };
    const auto listed = "/api/exam/" + exam.exam + "/results";
    EXPECT_EQ(score(asha, exam).at("/score"), "2");
    EXPECT_EQ(board("/totalParticipants"), "2");
    EXPECT_EQ(get(staff, listed).at("/statistics/participants"), "2");
    const auto id = get(asha, "/api/exam-attempt/" + exam.exam + "/status").at("/attemptId");
    ASSERT_EQ(post(staff, "/api/exam-attempt/" + id + "/void", R"({"reason":"x"})").status, 200);
    EXPECT_EQ(score(asha, exam).status, 404);
    EXPECT_EQ(get(asha, "/api/result").at("/count"), "0");
    EXPECT_EQ(board("/totalParticipants"), "1");
    EXPECT_EQ(board("/count"), "1");
    EXPECT_EQ(board("/data/0/name"), "Ravi");
    EXPECT_EQ(get(staff, listed).at("/statistics/participants"), "1");
    EXPECT_EQ(get(staff, listed).at("/data/1"), "");
    EXPECT_EQ(get(ravi, "/api/result").at("/data/0/score"), "2");
}

TEST_P(ResultRoutes, AreNotAnnouncedToTheCandidateOfAVoidAttempt) {
    const auto exam = publish_exam();
    sit(asha, exam);
    sit(ravi, exam);
    const auto id = get(asha, "/api/exam-attempt/" + exam.exam + "/status").at("/attemptId");
    ASSERT_EQ(post(staff, "/api/exam-attempt/" + id + "/void", R"({"reason":"x"})").status, 200);
    clock.advance(minutes(120));
    const auto announced = post(staff, "/api/exam/" + exam.exam + "/results/announce");
    ASSERT_EQ(announced.status, 202) << announced.body;
    EXPECT_EQ(announced.at("/recipients"), "1");
    const std::string mails = "SELECT COUNT(*) FROM outbox WHERE kind = 'results_published'";
    EXPECT_EQ(scalar(mails), "1");
    EXPECT_EQ(scalar(mails + " AND user_id = '" + ravi.id + "'"), "1");
    const auto again = post(staff, "/api/exam/" + exam.exam + "/results/announce");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "already_announced");
    EXPECT_EQ(scalar(mails), "1");
}

TEST_P(ResultRoutes, ClampAQuestionAtZeroWhenConfigured) {
    exams::ExamsOptions options;
    options.negative_marks = exams::NegativeMarks::clamp_to_zero;
    exams = make_module(options);
    router = std::make_unique<http::Router>();
    exams->add_routes(*router);
    const auto exam = publish_exam();
    sit(asha, exam);
    clock.advance(minutes(120));
    EXPECT_EQ(score(asha, exam).at("/score"), "3");
}

TEST_P(ResultRoutes, AreListedForStaffWithStatistics) {
    const auto exam = publish_exam();
    give_profile(asha, "2026-001");
    sit(asha, exam);
    start(ravi, exam);
    const auto reply = get(staff, "/api/exam/" + exam.exam + "/results?limit=1");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/pagination/totalPages"), "2");
    EXPECT_EQ(reply.at("/data/0/candidate/name"), "Asha");
    EXPECT_EQ(reply.at("/data/0/candidate/enrollmentNumber"), "2026-001");
    EXPECT_EQ(reply.at("/data/0/score"), "2");
    EXPECT_EQ(reply.at("/statistics/participants"), "2");
    EXPECT_EQ(reply.at("/statistics/inProgress"), "1");
    EXPECT_EQ(reply.at("/statistics/averageScore"), "2");
    EXPECT_EQ(get(staff, "/api/exam/00000000-0000-7000-8000-000000000000/results").status, 404);
}

TEST_P(ResultRoutes, HaveRanksAndAreSearchedByNameAddressAndNumber) {
    const auto exam = publish_exam();
    give_profile(asha, "2026-00A");
    sit(asha, exam);
    sit(ravi, exam);
    const auto search = [&](const std::string& text) {
        return get(staff, "/api/exam/" + exam.exam + "/results?search=" + text);
    };
    EXPECT_EQ(search("").at("/data/0/rank"), "1");
    EXPECT_EQ(search("").at("/data/1/rank"), "1");
    for (const auto* const text : {"ASH", "2026-00a", "%20asha@"}) {
        const auto found = search(text);
        EXPECT_EQ(found.at("/pagination/totalItems"), "1") << text;
        EXPECT_EQ(found.at("/data/0/candidate/name"), "Asha") << text;
        EXPECT_EQ(found.at("/statistics/participants"), "2") << "of all";
    }
    const auto write = [this](const std::string& statement) {
        auto work = [statement](sql::Session& session) { session.execute(statement); };
        run(db().write(std::move(work)));
    };
    write(
        "UPDATE attempts SET score = score + 1000 WHERE user_id = (SELECT id FROM users WHERE "
        "full_name = 'Ravi')");
    EXPECT_EQ(search("asha").at("/data/0/rank"), "2");
    EXPECT_EQ(search("%25").at("/pagination/totalItems"), "0");
    EXPECT_EQ(search("%00").at("/errors/0/field"), "search");
}

TEST_P(ResultRoutes, AreExportedAsCsvWithoutFormulas) {
    const auto exam = publish_exam();
    const auto sly = person("=HYPERLINK(1,2)");
    sit(sly, exam);
    const auto reply = get(staff, "/api/exam/" + exam.exam + "/results.csv");
    EXPECT_EQ(reply.status, 200);
    EXPECT_NE(reply.body.find("\"'=HYPERLINK(1,2)\""), std::string::npos) << reply.body;
    EXPECT_NE(reply.body.find(",\"SUBMITTED\",2,"), std::string::npos);
    const auto marked = get(staff, "/api/exam/" + exam.exam + "/results.csv?bom=yes");
    EXPECT_EQ(marked.body, "\xEF\xBB\xBF" + reply.body);
    EXPECT_EQ(get(staff, "/api/exam/" + exam.exam + "/results.csv?bom=maybe").status, 400);
}

TEST_P(ResultRoutes, AreExportedWithoutTheCellOfItsOwnThatANameMade) {
    const auto exam = publish_exam();
    sit(person("Eve;=cmd|'/C calc'!A0;x"), exam);
    const auto reply = get(staff, "/api/exam/" + exam.exam + "/results.csv");
    EXPECT_NE(reply.body.find("\"Eve;'=cmd|'/C calc'!A0;x\","), std::string::npos) << reply.body;
}

class Leaderboards : public ResultRoutes {
  protected:
    std::string shown(const std::string& pointer, const Person& who = Person()) {
        return get(who, "/api/leaderboard/top-five").at(pointer);
    }
    ExamIds ended_exam(const std::vector<Person>& people) {
        const auto exam = publish_exam(minutes(30));
        for (const auto& who : people) {
            sit(who, exam);
        }
        clock.advance(minutes(31));
        run(exams->finisher().finish_due());
        return exam;
    }
    Reply set(const ExamIds& exam, const std::string& body) {
        return put(staff, "/api/exam/" + exam.exam + "/leaderboard", body);
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Leaderboards, both_engines(), engine_name);

TEST_P(Leaderboards, AreNotEmptiedByAnExamThatNobodySat) {
    const auto sat = ended_exam({asha});
    const auto nobody = ended_exam({});
    EXPECT_EQ(shown("/exam/id"), sat.exam);
    const auto draft = create_exam(minutes(60), minutes(60));
    const auto question = nobody.single;
    post(staff, "/api/exam/" + draft + "/questions",
         R"({"addQuestionIds":[{"questionId":)" + json_string(question) + "}]}");
    ASSERT_EQ(post(staff, "/api/exam/" + draft + "/publish").status, 200);
    ASSERT_EQ(close(draft).status, 200);
    clock.advance(minutes(180));
    EXPECT_EQ(shown("/exam/id"), sat.exam);
}

TEST_P(Leaderboards, AreNotEmptiedByAsManyExamsThatNobodySatAsThereMayBe) {
    const auto sat = ended_exam({asha});
    for (int i = 0; i < 25; ++i) {
        ended_exam({});
    }
    EXPECT_EQ(shown("/exam/id"), sat.exam);
}

TEST_P(Leaderboards, ShowEverybodyWhoSharesTheLastPlace) {
    std::vector<Person> people;
    for (int i = 0; i < 8; ++i) {
        people.push_back(person("Candidate " + std::to_string(i)));
    }
    ended_exam(people);
    EXPECT_EQ(shown("/count"), "8");
    EXPECT_EQ(shown("/data/7/rank"), "1");
}

TEST_P(Leaderboards, OfManyWhoShareTheLastPlaceLeaveOutTheVoid) {
    std::vector<Person> people;
    for (int i = 0; i < 7; ++i) {
        people.push_back(person("Candidate " + std::to_string(i)));
    }
    const auto exam = ended_exam(people);
    auto work = [&](sql::Session& session) {
        session.execute("UPDATE attempts SET score = 1000 WHERE user_id = $1", people[0].id);
    };
    run(db().write(std::move(work)));
    const auto id = get(people[1], "/api/exam-attempt/" + exam.exam + "/status").at("/attemptId");
    EXPECT_EQ(shown("/count"), "6");
    ASSERT_EQ(post(staff, "/api/exam-attempt/" + id + "/void", R"({"reason":"x"})").status, 200);
    EXPECT_EQ(shown("/count"), "5") << "those who share the first place";
    EXPECT_EQ(shown("/totalParticipants"), "6");
}

TEST_P(Leaderboards, AreSeenByThoseTheExamNames) {
    const auto before = ended_exam({asha});
    const auto exam = ended_exam({ravi});
    EXPECT_EQ(shown("/exam/id"), exam.exam);
    ASSERT_EQ(set(exam, R"({"leaderboard":"CANDIDATES"})").at("/exam/title"), "Physics");
    EXPECT_EQ(shown("/exam/id"), before.exam);
    EXPECT_EQ(shown("/exam/id", asha), exam.exam);
    EXPECT_EQ(shown("/exam/id", Person{.id = "", .token = "nonsense"}), before.exam);
    ASSERT_EQ(set(exam, R"({"leaderboard":"NOBODY"})").status, 200);
    EXPECT_EQ(shown("/exam/id", asha), before.exam);
    ASSERT_EQ(set(before, R"({"leaderboard":"NOBODY"})").status, 200);
    EXPECT_EQ(get(Person(), "/api/leaderboard/top-five").status, 404);
    EXPECT_EQ(set(exam, R"({"leaderboard":"SOME"})").status, 400);
    EXPECT_EQ(put(asha, "/api/exam/" + exam.exam + "/leaderboard", "{}").status, 403);
}

TEST_P(Leaderboards, NameCandidatesAsTheExamSaysAtOnce) {
    give_profile(asha, "2026-001");
    const auto exam = ended_exam({asha});
    EXPECT_EQ(shown("/data/0/name"), "Asha");
    ASSERT_EQ(set(exam, R"({"leaderboardNames":"INITIALS"})").at("/exam/leaderboardNames"),
              "INITIALS");
    EXPECT_EQ(shown("/data/0/name"), "A.");
    set(exam, R"({"leaderboardNames":"NUMBER"})");
    EXPECT_EQ(shown("/data/0/name"), "2026-001");
}

TEST_P(Leaderboards, LeaveOutWhoOptedOut) {
    auto opt_out = [this](sql::Session& session) {
        accounts::put_on_leaderboard(session, asha.id, false, clock.now());
    };
    run(db().write(std::move(opt_out)));
    ended_exam({asha, ravi});
    EXPECT_EQ(shown("/count"), "1");
    EXPECT_EQ(shown("/totalParticipants"), "2");
    EXPECT_EQ(shown("/data/0/name"), "Ravi");
}

TEST_P(ResultRoutes, RankTheLastEndedExamWithTiesAndMissingProfiles) {
    EXPECT_EQ(get(Person(), "/api/leaderboard/top-five").status, 404);
    const auto exam = publish_exam();
    give_profile(asha, "2026-001");
    const auto top = person("Top");
    const auto last = person("Last");
    start(top, exam);
    save_options(top, exam, exam.multiple, exam.both);
    post(top, "/api/exam-attempt/" + exam.exam + "/submit");
    sit(asha, exam);
    clock.advance(std::chrono::seconds(1));  // of equal scores the earlier is shown first
    sit(ravi, exam);
    start(last, exam);
    EXPECT_EQ(get(Person(), "/api/leaderboard/top-five").status, 404);
    clock.advance(minutes(120));
    run(exams->finisher().finish_due());
    const auto board = get(Person(), "/api/leaderboard/top-five");
    ASSERT_EQ(board.status, 200) << board.body;
    EXPECT_EQ(board.at("/exam/id"), exam.exam);
    EXPECT_EQ(board.at("/exam/totalMarks"), "6");
    EXPECT_EQ(board.at("/count"), "4");
    EXPECT_EQ(board.at("/totalParticipants"), "4");
    EXPECT_EQ(board.at("/data/0/name"), "Top");
    EXPECT_EQ(board.at("/data/1/rank"), "2");
    EXPECT_EQ(board.at("/data/1/department"), "CST");
    EXPECT_EQ(board.at("/data/2/rank"), "2");
    EXPECT_EQ(board.at("/data/2/department"), "null");
    EXPECT_EQ(board.at("/data/3/rank"), "4");
    const auto before = statements();
    get(Person(), "/api/leaderboard/top-five");
    EXPECT_EQ(statements(), before);
}

}  // namespace
}  // namespace tripos::test
