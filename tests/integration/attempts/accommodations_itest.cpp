// SPDX-License-Identifier: MIT
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Accommodations : public ExamSite {
  protected:
    static constexpr const char* kPath = "/api/admin/accommodations";

    static std::string of(const ExamIds& exam, std::string_view action) {
        return "/api/exam-attempt/" + exam.exam + "/" + std::string(action);
    }
    /// `rest`: `,"minutes":10`
    Reply grant(const Person& who, const std::string& exam_id, const std::string& rest) {
        return put(staff, kPath,
                   R"({"userId":)" + json_string(who.id) +
                       (exam_id.empty() ? "" : R"(,"examId":)" + json_string(exam_id)) +
                       R"(,"reason":"dyslexia")" + rest + "}");
    }
    std::string window(minutes from, minutes to) const {
        return R"(,"startTime":)" + json_string(in(from)) + R"(,"endTime":)" + json_string(in(to));
    }
    std::string seconds_left(const Person& who, const ExamIds& exam) {
        return get(who, of(exam, "attempt")).at("/remainingSeconds");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Accommodations, both_engines(), engine_name);

TEST_P(Accommodations, OfTheExamDecideThenThoseForAllThenTheAccount) {
    const auto slow = person("slow", {}, 30);
    const auto first = publish_exam();
    const auto second = publish_exam();
    const auto third = publish_exam();
    start(slow, first);
    EXPECT_EQ(seconds_left(slow, first), "5400");
    EXPECT_EQ(grant(slow, "", R"(,"multiplier":1.25)").status, 200);
    start(slow, second);
    EXPECT_EQ(seconds_left(slow, second), "4500");
    EXPECT_EQ(grant(slow, third.exam, R"(,"minutes":5)").status, 200);
    start(slow, third);
    EXPECT_EQ(seconds_left(slow, third), "3900");
    const auto listed = get(staff, std::string(kPath) + "?userId=" + slow.id);
    EXPECT_NE(listed.body.find(R"("minutes":null,"multiplier":1.25)"), std::string::npos)
        << listed.body;
    // Both were made in one millisecond: either may be first.
    const bool is_general_first = listed.at("/accommodations/0/examId") == "null";
    const std::string general = is_general_first ? "/accommodations/0" : "/accommodations/1";
    const std::string own = is_general_first ? "/accommodations/1" : "/accommodations/0";
    EXPECT_EQ(listed.at(general + "/examId"), "null");
    EXPECT_EQ(listed.at(own + "/minutes"), "5");
    EXPECT_EQ(listed.at(own + "/author"), staff.id);
    EXPECT_EQ(listed.at(own + "/fullName"), "slow");
    EXPECT_EQ(get(staff, std::string(kPath) + "?examId=" + third.exam).at("/accommodations/0/id"),
              listed.at(own + "/id"));
}

TEST_P(Accommodations, ReachAnAttemptThatRunsAndTakeNothingFromIt) {
    const auto exam = publish_exam();
    start(asha, exam);
    EXPECT_EQ(seconds_left(asha, exam), "3600");
    const auto granted = grant(asha, exam.exam, R"(,"minutes":10)");
    ASSERT_EQ(granted.status, 200) << granted.body;
    EXPECT_EQ(get(asha, of(exam, "status")).at("/extraMinutes"), "10");
    EXPECT_EQ(seconds_left(asha, exam), "4200");
    EXPECT_EQ(grant(asha, exam.exam, R"(,"minutes":5)").status, 200);
    EXPECT_EQ(seconds_left(asha, exam), "4200") << "never earlier";
    const auto id = granted.at("/accommodation/id");
    EXPECT_EQ(remove(staff, std::string(kPath) + "/" + id).status, 200);
    EXPECT_EQ(remove(staff, std::string(kPath) + "/" + id).status, 404);
    EXPECT_EQ(seconds_left(asha, exam), "4200");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'accommodation.set'"), "2");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'accommodation.remove'"),
              "1");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'attempt.deadline'"), "1");
    clock.advance(minutes(71));
    EXPECT_EQ(grant(asha, exam.exam, R"(,"minutes":60)").status, 200);
    EXPECT_EQ(get(asha, of(exam, "attempt")).code(), "time_over") << "nothing comes back to life";
}

TEST_P(Accommodations, AWindowOfOnesOwnReplacesTheExamsAndHoldsTheKeyBack) {
    const auto exam = publish_exam(minutes(60));
    ASSERT_EQ(get(asha, "/api/exam/live").at("/exams/0/id"), exam.exam);
    EXPECT_EQ(grant(asha, exam.exam, window(minutes(120), minutes(150))).status, 200);
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams"), "[]");
    EXPECT_EQ(get(asha, "/api/exam/upcoming").at("/exams/0/startTime"), in(minutes(120)));
    EXPECT_EQ(post(asha, of(exam, "start")).code(), "exam_not_active");
    start(ravi, exam);
    post(ravi, of(exam, "submit"));
    const auto analysis = "/api/result/" + exam.exam + "/analysis";
    clock.advance(minutes(90));
    EXPECT_EQ(get(ravi, analysis).code(), "result_not_released") << "one may yet begin";
    clock.advance(minutes(30));
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams/0/id"), exam.exam);
    EXPECT_EQ(get(ravi, "/api/exam/live").at("/exams"), "[]");
    const auto started = post(asha, of(exam, "start"));
    EXPECT_EQ(started.at("/deadline"), in(minutes(30))) << started.body;
    EXPECT_EQ(started.at("/deadlineReason"), "own_window");
    EXPECT_EQ(get(ravi, analysis).status, 403);
    post(asha, of(exam, "submit"));
    EXPECT_EQ(get(ravi, analysis).status, 200);
}

TEST_P(Accommodations, WhoDoesNotComeInTheirWindowHoldsNothingBackAfterIt) {
    const auto exam = publish_exam(minutes(60));
    start(ravi, exam);
    post(ravi, of(exam, "submit"));
    const auto analysis = "/api/result/" + exam.exam + "/analysis";
    const auto granted = grant(asha, exam.exam, window(minutes(120), minutes(150)));
    clock.advance(minutes(149));
    EXPECT_EQ(get(ravi, analysis).status, 403);
    const auto path = std::string(kPath) + "/" + granted.at("/accommodation/id");
    EXPECT_EQ(remove(staff, path).status, 200);
    EXPECT_EQ(get(ravi, analysis).status, 200) << "nobody may begin any more";
    EXPECT_EQ(granted.at("/withdrawsResults"), "false");
    const auto sheet = R"({"dryRun":true,"examId":)" + json_string(exam.exam) +
                       R"(,"csv":"email,startTime,endTime,reason\nasha@example.org,)" +
                       in(minutes(-29)) + "," + in(minutes(1)) + R"(,x\n"})";
    const auto dry = post(staff, std::string(kPath) + "/import", sheet);
    EXPECT_EQ(dry.at("/warnings/0/column"), "endTime") << dry.body;
    const auto late = grant(asha, exam.exam, window(minutes(-29), minutes(1)));
    EXPECT_EQ(late.at("/withdrawsResults"), "true") << late.body;
    EXPECT_EQ(get(ravi, analysis).status, 403);
    clock.advance(minutes(1));
    EXPECT_EQ(get(ravi, analysis).status, 200);
}

TEST_P(Accommodations, ADryFormSaysWhomItTouchesAndDoesNothing) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto dry = grant(asha, exam.exam, R"(,"minutes":10,"dryRun":true)");
    ASSERT_EQ(dry.status, 200) << dry.body;
    EXPECT_EQ(dry.at("/candidates"), "1");
    EXPECT_EQ(dry.at("/touches/0/id"), asha.id);
    EXPECT_EQ(get(asha, of(exam, "status")).at("/extraMinutes"), "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "0");
    const auto granted = grant(asha, exam.exam, R"(,"minutes":10)");
    const auto path = std::string(kPath) + "/" + granted.at("/accommodation/id");
    const auto kept = remove(staff, path, R"({"dryRun":true})");
    EXPECT_EQ(kept.at("/touches/0/id"), asha.id) << kept.body;
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "1");
    EXPECT_EQ(remove(staff, path, R"({"reason":"a mistake"})").at("/candidates"), "1");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'accommodation.remove' "
                     "AND after_act LIKE '%a mistake%'"),
              "1");
}

TEST_P(Accommodations, RefuseWhatMakesNoSense) {
    const auto exam = publish_exam();
    const std::vector<std::string> rows{"",
                                        R"(,"minutes":-1)",
                                        R"(,"multiplier":0.5)",
                                        R"(,"multiplier":1.00001)",
                                        window(minutes(10), minutes(5)),
                                        R"(,"startTime":"2026-01-01T00:00:00Z")"};
    for (const auto& row : rows) {
        EXPECT_EQ(grant(asha, exam.exam, row).status, 400) << row;
    }
    EXPECT_EQ(grant(asha, "", window(minutes(5), minutes(10))).status, 400);
    const std::string nobody = "00000000-0000-7000-8000-000000000000";
    EXPECT_EQ(grant(asha, nobody, R"(,"minutes":1)").status, 404);
    EXPECT_EQ(grant({.id = nobody, .token = ""}, "", R"(,"minutes":1)").status, 404);
    EXPECT_EQ(get(staff, std::string(kPath) + "?userId=x").status, 400);
    EXPECT_EQ(get(asha, kPath).status, 403);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "0");
}

TEST_P(Accommodations, ComeFromASpreadsheetAllOrNone) {
    const auto exam = publish_exam();
    const auto import = [&](const std::string& csv, bool dry) {
        return post(staff, std::string(kPath) + "/import",
                    R"({"examId":)" + json_string(exam.exam) + R"(,"dryRun":)" +
                        (dry ? "true" : "false") + R"(,"csv":")" + csv + "\"}");
    };
    EXPECT_EQ(import("Post;Minutes", true).at("/rowErrors/0/column"), "email");
    const std::string sheet = R"(email;Minutes;Multiplier;Reason\nAsha@example.org;;1,5;eyes\n)"
                              R"(ravi@example.org;10;;hand\n)";
    const auto dry = import(sheet, true);
    EXPECT_EQ(dry.at("/stored"), "2") << dry.body;
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "0");
    const auto bad =
        import(sheet + R"(nobody@example.org;5;;x\nasha@example.org;many;9;\n)", false);
    EXPECT_EQ(bad.code(), "sheet_errors");
    EXPECT_EQ(bad.at("/rowErrors/0/column"), "minutes") << bad.body;
    EXPECT_EQ(bad.at("/rowErrors/1/column"), "reason");
    EXPECT_EQ(bad.at("/rowErrors/2/row"), "4");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "0");
    EXPECT_EQ(import(sheet, false).at("/stored"), "2");
    EXPECT_EQ(import(sheet, false).status, 200) << "twice is once";
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "2");
    start(asha, exam);
    EXPECT_EQ(seconds_left(asha, exam), "5400");
    start(ravi, exam);
    EXPECT_EQ(seconds_left(ravi, exam), "4200");
}

TEST_P(Accommodations, OfASpreadsheetAreForWhomNumberAndAddressNameTogether) {
    run(db().write([&](sql::Session& session) {
        for (const auto& [key, who] : {std::pair("n1", asha.id), std::pair("n2", ravi.id)}) {
            session.execute(
                "INSERT INTO enrolments (number_key, number, email, email_canonical, full_name, "
                "user_id, vouched_at) VALUES ($1, $1, $1 || '@roster.example', "
                "$1 || '@roster.example', 'x', $2, 0)",
                std::string(key), who);
        }
        return true;
    }));
    const auto import = [&](const std::string& csv) {
        return post(staff, std::string(kPath) + "/import", R"({"csv":")" + csv + "\"}");
    };
    const std::string columns = R"(email,enrollmentNumber,minutes,reason\n)";
    const auto cell = [](const Reply& reply) {
        return reply.at("/rowErrors/0/row") + " " + reply.at("/rowErrors/0/column") + ": " +
               reply.at("/rowErrors/0/message");
    };
    EXPECT_EQ(cell(import(columns + R"(asha@example.org,N2,5,x\n)")),
              "2 email: is not whose the number is");
    EXPECT_EQ(cell(import(columns + R"(nobody@example.org,N2,5,x\n)")),
              "2 email: nobody has an account with it");
    EXPECT_EQ(
        cell(import(columns + R"(asha@example.org,N1,5,x\nravi@example.org,,1,x\n,n 1,2,x\n)")),
        "4 enrollmentNumber: whose account it is stands in row 2, too");
    EXPECT_EQ(cell(import(R"(email,minutes,Minutes,reason\nasha@example.org,5,500,x\n)")),
              "1 minutes: there are two such columns");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM accommodations"), "0");
    EXPECT_EQ(
        import(columns + R"(asha@example.org,N1,5,x\nn2@roster.example,N2,6,x\n)").at("/stored"),
        "2");
}

}  // namespace
}  // namespace tripos::test
