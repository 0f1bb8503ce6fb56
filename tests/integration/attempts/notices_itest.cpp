// SPDX-License-Identifier: MIT
// What staff tell candidates while an exam runs: whom it reaches, and who has seen it.

#include "http/json_writer.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using accounts::Role;
using http::json_string;
using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Notices : public ExamSite {
  protected:
    static std::string path(const ExamIds& exam) { return "/api/exam/" + exam.exam + "/notices"; }
    Reply tell(const ExamIds& exam, const std::string& text, const std::string& more = "") {
        return post(staff, path(exam), R"({"text":)" + json_string(text) + more + "}");
    }
    Reply tell_one(const ExamIds& exam, const Person& who, const std::string& text) {
        return tell(exam, text, R"(,"userId":)" + json_string(who.id));
    }
    Reply status(const Person& who, const ExamIds& exam, const std::string& query = "") {
        return get(who, "/api/exam-attempt/" + exam.exam + "/status" + query);
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Notices, both_engines(), engine_name);

TEST_P(Notices, ReachThoseTheyAreForWithSaveAndStatus) {
    const auto exam = publish_exam();
    const auto named = ',' + confirming(exam.exam);
    start(asha, exam);
    start(ravi, exam);
    EXPECT_EQ(status(asha, exam, "?noticesAfter=0").at("/notices"), "[]");
    ASSERT_EQ(tell(exam, "Question 3: read m/s", named).at("/number"), "1");
    ASSERT_EQ(tell_one(exam, ravi, "Your seat is 7").at("/number"), "2");
    EXPECT_EQ(status(asha, exam).at("/notices"), "") << "asked for by none";
    const auto asked = status(asha, exam, "?noticesAfter=0");
    EXPECT_EQ(asked.at("/notices/0/text"), "Question 3: read m/s");
    EXPECT_EQ(asked.at("/notices/1"), "") << "not hers";
    EXPECT_EQ(asked.body.find(staff.id), std::string::npos) << "who wrote it";
    const auto save = [&](const Person& who, const std::string& after) {
        return post(who, "/api/exam-attempt/" + exam.exam + "/save",
                    R"({"questionId":)" + json_string(exam.single) +
                        R"(,"selectedOptionIds":[],"noticesAfter":)" + after + "}");
    };
    const auto saved = save(ravi, "1");
    ASSERT_EQ(saved.status, 200) << saved.body;
    EXPECT_EQ(saved.at("/notices/0/text"), "Your seat is 7");
    EXPECT_EQ(save(ravi, "2").at("/notices"), "[]");
    for (const auto* const bad : {"?noticesAfter=x", "?noticesAfter=1.5", "?noticesAfter=-2"}) {
        EXPECT_EQ(status(asha, exam, bad).status, 400) << bad;
    }
    EXPECT_EQ(save(ravi, "-1").status, 400);
}

TEST_P(Notices, AreCountedAsSeenByWhoAsksForWhatIsBehindThem) {
    const auto exam = publish_exam();
    const auto named = ',' + confirming(exam.exam);
    start(asha, exam);
    start(ravi, exam);
    tell(exam, "one", named);
    tell_one(exam, ravi, "two");
    const auto seen = [&](int which) {
        return get(staff, path(exam)).at("/notices/" + std::to_string(which) + "/seen");
    };
    status(asha, exam, "?noticesAfter=0");
    EXPECT_EQ(seen(0), "0") << "delivered, not seen";
    status(asha, exam, "?noticesAfter=1");
    const auto before = statements();
    status(asha, exam, "?noticesAfter=1");
    EXPECT_EQ(statements(), before) << "kept once";
    EXPECT_EQ(seen(0), "1");
    status(ravi, exam, "?noticesAfter=1000000");
    EXPECT_EQ(seen(0), "2");
    EXPECT_EQ(seen(1), "1");
    const auto other = make_module();
    status(ravi, exam, "?noticesAfter=1");
    EXPECT_EQ(seen(1), "1") << "nothing is unseen again";
}

TEST_P(Notices, ToAllAskForConfirmationAndADryRunSendsNothing) {
    const auto exam = publish_exam();
    start(asha, exam);
    for (const auto* const confirm : {"", R"(,"confirm":"another title")", R"(,"confirm":"2")"}) {
        const auto refused = tell(exam, "x", confirm);
        EXPECT_EQ(refused.status, 409) << confirm;
        EXPECT_EQ(refused.code(), "not_confirmed");
        EXPECT_EQ(refused.at("/candidates"), "1");
        EXPECT_EQ(refused.at("/examTitle"), "Physics");
    }
    const auto dry = tell(exam, "x", R"(,"dryRun":true)");
    EXPECT_EQ(dry.status, 200);
    EXPECT_EQ(dry.at("/candidates"), "1");
    EXPECT_EQ(dry.at("/touches/0/id"), asha.id);
    EXPECT_EQ(get(staff, path(exam)).at("/notices"), "[]");
    EXPECT_EQ(tell(exam, "x", R"(,"confirm":"1")").status, 200);
    EXPECT_EQ(tell(exam, "y", R"(,"confirm":"1")").status, 200);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'exam.notice'"), "2");
    for (const auto* const bad : {"{}", R"({"text":""})", R"({"text":"x","userId":"nonsense"})",
                                  R"({"text":"x","dryRun":"perhaps"})"}) {
        EXPECT_EQ(post(staff, path(exam), bad).status, 400) << bad;
    }
    EXPECT_EQ(tell(exam, std::string(2001, 'x'), R"(,"confirm":"1")").status, 400);
}

TEST_P(Notices, AreForTheTimeOfTheExamAndOfWhoInvigilatesIt) {
    const auto vera = person("Vera", {Role::invigilator});
    const auto exam = publish_exam();
    const std::string body = R"({"text":"x","confirm":"0"})";
    EXPECT_EQ(post(vera, path(exam), body).status, 404);
    EXPECT_EQ(get(vera, path(exam)).status, 404);
    EXPECT_EQ(post(asha, path(exam), body).status, 403);
    ASSERT_EQ(put(staff, "/api/exam/" + exam.exam + "/staff",
                  R"({"userIds":[)" + json_string(vera.id) + "]}")
                  .status,
              200);
    EXPECT_EQ(post(vera, path(exam), body).status, 200);
    const ExamIds draft{.exam = create_exam(minutes(60), minutes(60))};
    EXPECT_EQ(post(staff, path(draft), body).code(), "exam_not_active");
    clock.advance(minutes(121));
    EXPECT_EQ(post(vera, path(exam), body).code(), "exam_not_active");
    const ExamIds nothing{.exam = "00000000-0000-7000-8000-000000000000"};
    EXPECT_EQ(post(staff, path(nothing), body).status, 404);
}

TEST_P(Notices, SentAgainWithinAMinuteAreOne) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    EXPECT_EQ(tell_one(exam, asha, "Room 3").at("/number"), "1");
    EXPECT_EQ(tell_one(exam, asha, "Room 3").at("/number"), "1") << "its answer was lost";
    EXPECT_EQ(tell_one(exam, ravi, "Room 3").at("/number"), "2") << "to somebody else";
    EXPECT_EQ(tell_one(exam, ravi, "Room 4").at("/number"), "3");
    clock.advance(minutes(1));
    EXPECT_EQ(tell_one(exam, ravi, "Room 4").at("/number"), "4") << "it is meant";
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.notice'"), "4");
}

TEST_P(Notices, OfAnExamAreAFewHundredAtMost) {
    const auto exam = publish_exam();
    start(asha, exam);
    for (std::size_t i = 0; i < 200; ++i) {
        ASSERT_EQ(tell(exam, std::to_string(i), R"(,"confirm":"1")").status, 200) << i;
    }
    EXPECT_EQ(tell(exam, "x", R"(,"confirm":"1")").code(), "too_many_notices");
    EXPECT_EQ(status(asha, exam, "?noticesAfter=150").json.at("notices").as_array().size(), 50U);
}

}  // namespace
}  // namespace tripos::test
