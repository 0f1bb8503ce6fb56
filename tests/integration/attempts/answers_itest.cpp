// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "attempts/answer_store.hpp"
#include "attempts/attempt_store.hpp"
#include "http/json_writer.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using http::json_string;
using std::chrono::milliseconds;
using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Answers : public ExamSite {
  protected:
    static std::string path(const ExamIds& exam, const std::string& rest) {
        return "/api/exam-attempt/" + exam.exam + "/" + rest;
    }
    static std::string one(const std::string& question, const std::string& option,
                           const std::string& more = "") {
        return R"({"questionId":)" + json_string(question) + R"(,"selectedOptionIds":[)" +
               json_string(option) + "]" + more + "}";
    }
    Reply save(const ExamIds& exam, const std::string& option, const std::string& more = "") {
        return post(asha, path(exam, "save"), one(exam.single, option, more));
    }
    Reply page(const ExamIds& exam) { return get(asha, path(exam, "attempt")); }
};

INSTANTIATE_TEST_SUITE_P(Engines, Answers, both_engines(), engine_name);

TEST_P(Answers, AreNumberedAndThePageTellsTheNumbers) {
    const auto exam = publish_exam();
    start(asha, exam);
    EXPECT_EQ(page(exam).at("/answerVersions"), "[]");
    EXPECT_EQ(save(exam, exam.right, R"(,"revision":0)").at("/revision"), "1");
    const auto second = save(exam, exam.wrong, R"(,"revision":1,"flagged":true)");
    EXPECT_EQ(second.at("/revision"), "2") << second.body;
    EXPECT_EQ(second.at("/flagged"), "true");
    EXPECT_EQ(second.at("/stale"), "false");
    EXPECT_EQ(page(exam).at("/answerVersions"), R"([{"questionId":)" + json_string(exam.single) +
                                                    R"(,"revision":2,"flagged":true}])");
}

TEST_P(Answers, OfTwoDevicesAreNeverOverwrittenUnseen) {
    const auto exam = publish_exam();
    start(asha, exam);
    save(exam, exam.right, R"(,"revision":0,"clientId":"laptop")");
    const auto refused = save(exam, exam.wrong, R"(,"revision":0,"clientId":"phone")");
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_EQ(refused.code(), "answer_changed");
    EXPECT_EQ(refused.at("/stored/selectedOptionIds/0"), exam.right);
    EXPECT_EQ(refused.at("/stored/revision"), "1");
    const auto seen = save(exam, exam.wrong, R"(,"revision":1,"clientId":"phone")");
    EXPECT_EQ(seen.at("/revision"), "2");
    const auto again = save(exam, exam.wrong, R"(,"revision":1,"clientId":"phone")");
    EXPECT_EQ(again.status, 200) << "its answer was lost on the way";
    EXPECT_EQ(again.at("/revision"), "2");
    EXPECT_EQ(
        scalar("SELECT (SELECT COUNT(*) FROM answers) + (SELECT COUNT(*) FROM answer_history)"),
        "2");
}

TEST_P(Answers, ThatArrivedEarlierDoNotOverwriteLaterOnes) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto earlier = clock.now();
    clock.advance(milliseconds(500));
    save(exam, exam.right);
    const auto late = save_options(asha, exam, exam.single, {exam.wrong}, earlier);
    EXPECT_EQ(late.status, 200) << late.body;
    EXPECT_EQ(late.at("/stale"), "true");
    EXPECT_EQ(page(exam).at("/exam/questions/0/studentAnswer/selectedOptionIds/0"), exam.right);
}

TEST_P(Answers, AreFlaggedWithoutBeingChanged) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto flag = R"({"questionId":)" + json_string(exam.single) + R"(,"flagged":true})";
    EXPECT_EQ(post(asha, path(exam, "save"), flag).at("/flagged"), "true");
    EXPECT_EQ(page(exam).at("/exam/questions/0/studentAnswer"), "null");
    save(exam, exam.right);
    const auto shown = page(exam);
    EXPECT_EQ(shown.at("/exam/questions/0/studentAnswer/selectedOptionIds/0"), exam.right);
    EXPECT_EQ(shown.at("/answerVersions/0/flagged"), "true");
    const auto foreign = R"({"questionId":"00000000-0000-7000-8000-000000000000","flagged":true})";
    EXPECT_EQ(post(asha, path(exam, "save"), foreign).status, 400);
}

TEST_P(Answers, OfADeviceThatWasOfflineComeTogether) {
    const auto exam = publish_exam();
    start(asha, exam);
    save(exam, exam.right, R"(,"revision":0,"clientId":"laptop")");
    const auto reply =
        post(asha, path(exam, "saves"),
             R"({"clientId":"phone","saves":[)" + one(exam.single, exam.wrong, R"(,"revision":0)") +
                 "," + one(exam.multiple, exam.both[0], R"(,"revision":0)") + "," +
                 one(exam.multiple, exam.neither, R"(,"revision":1)") + "," +
                 one(exam.multiple, exam.right, R"(,"revision":2)") + R"(,{"questionId":)" +
                 json_string(exam.numerical) + R"(,"numericalAnswer":9.8,"flagged":true}]})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/outcomes/0/outcome"), "answer_changed");
    EXPECT_EQ(reply.at("/outcomes/0/stored/selectedOptionIds/0"), exam.right);
    EXPECT_EQ(reply.at("/outcomes/1/outcome"), "saved");
    EXPECT_EQ(reply.at("/outcomes/2/revision"), "2");
    EXPECT_EQ(reply.at("/outcomes/3/outcome"), "refused");
    EXPECT_EQ(reply.at("/outcomes/4/flagged"), "true");
    EXPECT_EQ(
        scalar("SELECT (SELECT COUNT(*) FROM answers) + (SELECT COUNT(*) FROM answer_history)"),
        "4");
    clock.advance(minutes(61));
    EXPECT_EQ(post(asha, path(exam, "saves"), R"({"saves":[)" + one(exam.single, exam.wrong) + "]}")
                  .code(),
              "time_over");
    const auto bad = post(asha, path(exam, "saves"), R"({"saves":[{},{"questionId":7},"x"]})");
    EXPECT_EQ(bad.status, 400);
    EXPECT_NE(bad.body.find("saves[1].questionId"), std::string::npos) << bad.body;
    EXPECT_EQ(post(asha, path(exam, "saves"), R"({"saves":[]})").status, 400);
}

TEST_P(Answers, LeaveAHistoryThatIsBounded) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto every = attempts::kEveryVersion;
    for (std::int64_t i = 0; i < every + 30; ++i) {
        const auto more = R"(,"revision":)" + std::to_string(i);
        ASSERT_EQ(save(exam, i % 2 == 0 ? exam.right : exam.wrong, more).status, 200) << i;
        clock.advance(i == every + 10 ? milliseconds(attempts::kCounted) : milliseconds(10));
    }
    // Another device shows, however many saves hide it.
    const auto last = every + 30;
    const auto of = [](std::int64_t seen) { return R"(,"revision":)" + std::to_string(seen); };
    ASSERT_EQ(save(exam, exam.right, of(last) + R"(,"clientId":"phone")").status, 200);
    ASSERT_EQ(save(exam, exam.wrong, of(last + 1)).status, 200);
    auto read = [&](sql::Session& session) {
        const auto attempt = attempts::attempt_store::find_current(session, exam.exam, asha.id);
        return attempts::answer_store::history(session, attempt->id);
    };
    const auto history = run(db().read(read));
    ASSERT_EQ(history.size(), static_cast<std::size_t>(every + 4));
    for (std::int64_t i = 0; i < every; ++i) {
        EXPECT_EQ(history[static_cast<std::size_t>(i)].revision, i + 1);
    }
    EXPECT_EQ(history.front().answer.option_ids, std::vector<std::string>{exam.right});
    EXPECT_EQ(history[static_cast<std::size_t>(every)].revision, every + 11) << "it counted";
    EXPECT_EQ(history.end()[-2].client_id, "phone");
    EXPECT_EQ(history.back().revision, every + 32);
    EXPECT_LT(history.front().arrived_at, history.back().arrived_at);
}

TEST_P(Answers, ForgetFromWhereTheyCameWithTheAccount) {
    const auto exam = publish_exam();
    start(asha, exam);
    for (const auto& option : {exam.right, exam.wrong, exam.right}) {
        auto save_from_somewhere = [&](sql::Session& session) {
            attempts::AnswerSave save{.question_id = exam.single};
            save.answer =
                attempts::Answer{.question_id = exam.single, .option_ids = {option}, .number = {}};
            return attempts::answer_store::save(session, exam.exam, asha.id, save, "192.0.2.1",
                                                clock.now())
                .has_value();
        };
        EXPECT_TRUE(run(db().write(save_from_somewhere)));
        clock.advance(milliseconds(1000));
    }
    const std::string known =
        "SELECT (SELECT COUNT(*) FROM answers WHERE address <> '') + "
        "(SELECT COUNT(*) FROM answer_history WHERE address <> '')";
    EXPECT_EQ(scalar(known), "3");
    post(asha, path(exam, "submit"));
    clock.advance(minutes(180));
    auto leave = [&](sql::Session& session) {
        return attempts::attempt_store::refuse_leave(session, asha.id, clock.now());
    };
    EXPECT_FALSE(run(db().write(leave)));
    EXPECT_EQ(scalar(known), "3") << "in pages";
    run(exams->work.start_work());
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (get(staff, "/api/admin/work/" + asha.id).at("/finishedAt") == "null") {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
    }
    EXPECT_EQ(scalar(known), "0");
    EXPECT_EQ(
        scalar("SELECT (SELECT COUNT(*) FROM answers) + (SELECT COUNT(*) FROM answer_history)"),
        "3");
}

}  // namespace
}  // namespace tripos::test
