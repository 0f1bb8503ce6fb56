// SPDX-License-Identifier: MIT
// Rosters, invitations and what exams ask at their door, on both engines.

#include <gtest/gtest.h>

#include "support/exams/exam_site.hpp"

namespace tripos::rosters {
namespace {

class RostersTest : public test::ExamSite {
  protected:
    std::string cohort(const std::string& name) {
        return post(staff, "/api/admin/cohorts", R"({"name":")" + name + "\"}").at("/cohort/id");
    }
    test::Reply load(const std::string& id, const std::string& rows, bool dry_run = false) {
        return post(staff, "/api/admin/cohorts/" + id + "/import",
                    R"({"csv":"enrollmentNumber,email,fullName\n)" + rows + R"(","dryRun":)" +
                        (dry_run ? "true}" : R"(false,"reason":"The term"})"));
    }
    static std::string row(const std::string& number, const std::string& email) {
        return number + "," + email + R"(,Asha Rao\n)";
    }
    std::string email_of(const test::Person& who) const {
        return who.id == asha.id ? "asha@example.org" : "ravi@example.org";
    }
    std::string start_code(const test::Person& who, const std::string& exam) {
        const auto reply = post(who, "/api/exam-attempt/" + exam + "/start");
        return reply.status == 201 ? "" : reply.code();
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, RostersTest, test::both_engines(), test::engine_name);

TEST_P(RostersTest, AreImportedOnceHoweverOften) {
    const auto id = cohort("Year 1");
    EXPECT_EQ(post(staff, "/api/admin/cohorts", R"({"name":"year 1"})").code(), "cohort_exists");
    std::string rows;
    for (int i = 0; i < 40; ++i) {
        rows += row("N" + std::to_string(i), "n" + std::to_string(i) + "@college.example");
    }
    EXPECT_EQ(load(id, rows, true).at("/added"), "40");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM enrolments"), "0");
    EXPECT_EQ(load(id, rows).at("/added"), "40");
    const auto again = load(id, rows);
    EXPECT_EQ(again.at("/added"), "0");
    EXPECT_EQ(again.at("/vouched"), "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM cohort_members"), "40");
    EXPECT_EQ(load(id, row("M1", "n1@college.example")).at("/rowErrors/0/message"),
              "has the enrolment number N1");
}

TEST_P(RostersTest, VouchForANumberAgainstWhoeverClaimsIt) {
    give_profile(ravi, "CS 1");
    EXPECT_EQ(load(cohort("Year 1"), row("cs1", email_of(asha))).status, 200);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM profiles"), "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM enrolments WHERE user_id = '" + asha.id + "'"), "1");
}

TEST_P(RostersTest, ANumberThatMovesToAnotherAddressTakesItsAttemptsAlong) {
    const auto exam = publish_exam().exam;
    const auto id = cohort("Year 1");
    put(staff, "/api/exam/" + exam + "/access", R"({"cohortIds":[")" + id + "\"]}");
    EXPECT_EQ(load(id, row("N77", email_of(asha))).at("/warnings"), "[]");
    EXPECT_EQ(start_code(asha, exam), "");
    const auto attempt = get(asha, "/api/exam/live").at("/exams/0/attemptId");
    const auto moved = load(id, row("n 77", email_of(ravi)), true);
    EXPECT_EQ(moved.at("/warnings/0/row"), "2") << moved.body;
    EXPECT_EQ(moved.at("/warnings/0/column"), "enrollmentNumber");
    load(id, row("n 77", email_of(ravi)));
    EXPECT_EQ(start_code(ravi, exam), "already_attempted");
    load(id, row("N77", "third@college.example"));  // an account that is yet to come
    const auto third = person("Third");
    run(db().write([&](sql::Session& session) {
        return session.execute("UPDATE enrolments SET user_id = $1", third.id);
    }));
    EXPECT_EQ(start_code(third, exam), "already_attempted");
    post(staff, "/api/exam-attempt/" + attempt + "/void", R"({"reason":"a new account"})");
    EXPECT_EQ(start_code(third, exam), "") << "staff gave it another chance";
}

TEST_P(RostersTest, InviteThoseWithoutAnAccountAndNotTwice) {
    const auto id = cohort("Year 1");
    load(id, row("N1", "new@college.example") + row("N2", email_of(asha)));
    const auto path = "/api/admin/cohorts/" + id + "/invite";
    EXPECT_EQ(post(staff, path).at("/invited"), "1");
    EXPECT_EQ(post(staff, path).at("/invited"), "0");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM outbox WHERE kind = 'invitation' AND priority = 5"),
              "1");
    clock.advance(std::chrono::hours(7 * 24));
    EXPECT_EQ(post(staff, path).at("/invited"), "1");
}

TEST_P(RostersTest, InviteUnderTheAddressThatStaffCorrect) {
    const auto id = cohort("Year 1");
    const auto path = "/api/admin/cohorts/" + id + "/invite";
    load(id, row("N1", "old@college.example"));
    EXPECT_EQ(post(staff, path).at("/invited"), "1");
    load(id, row("N1", "new@college.example"));
    EXPECT_EQ(post(staff, path).at("/invited"), "1");
    EXPECT_EQ(post(staff, path).at("/invited"), "0");
}

TEST_P(RostersTest, OpenAnExamToNamedCohorts) {
    const auto exam = publish_exam().exam;
    const auto id = cohort("Year 1");
    load(id, row("N1", email_of(asha)));
    const auto sees = [&](const test::Person& who) {
        return get(who, "/api/exam/live").body.find(exam) != std::string::npos;
    };
    EXPECT_TRUE(sees(ravi));
    EXPECT_EQ(
        put(staff, "/api/exam/" + exam + "/access", R"({"cohortIds":[")" + id + "\"]}").status,
        200);
    EXPECT_TRUE(sees(asha));
    EXPECT_FALSE(sees(ravi));
    EXPECT_EQ(start_code(ravi, exam), "not_in_cohort");
    EXPECT_EQ(start_code(asha, exam), "");
    EXPECT_EQ(remove(staff, "/api/admin/cohorts/" + id, R"({"reason":"x"})").code(),
              "cohort_in_use");
    load(id, row("N2", email_of(ravi)));
    EXPECT_TRUE(sees(ravi));
    EXPECT_EQ(start_code(ravi, exam), "");
}

TEST_P(RostersTest, ADryFormSaysWhomAnActTouchesAndDoesNothing) {
    const auto id = cohort("Year 1");
    const auto path = "/api/admin/cohorts/" + id;
    load(id, row("N1", "asha@example.org") + row("N2", "new@college.example"));
    const auto again =
        load(id, row("N2", "new@college.example") + row("N3", "third@college.example"), true);
    EXPECT_EQ(again.at("/added"), "1") << again.body;
    EXPECT_EQ(again.at("/vouched"), "1") << "what is known already is no news";
    const auto taken_out =
        post(staff, path + "/members/remove",
             R"({"enrollmentNumbers":["n1","N1","N9"],"reason":"Left","dryRun":true})");
    EXPECT_EQ(taken_out.at("/candidates"), "1") << taken_out.body;
    EXPECT_EQ(taken_out.at("/touches/0/userId"), asha.id);
    const auto gone = remove(staff, path, R"({"reason":"The year is over","dryRun":true})");
    EXPECT_EQ(gone.at("/candidates"), "2") << gone.body;
    EXPECT_EQ(gone.at("/touches/1/enrollmentNumber"), "N2");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM cohort_members"), "2");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action LIKE 'cohort.%'"), "2");
    // A reason is asked for, and kept.
    EXPECT_EQ(remove(staff, path, "{}").status, 400);
    EXPECT_EQ(post(staff, path + "/members/remove", R"({"enrollmentNumbers":["N1"]})").status, 400);
    EXPECT_EQ(
        post(staff, path + "/import", R"({"csv":"enrollmentNumber,email,fullName\n"})").status,
        400);
    EXPECT_EQ(remove(staff, path, R"({"reason":"The year is over"})").at("/candidates"), "2");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'cohort.delete' "
                     "AND after_act LIKE '%The year is over%'"),
              "1");
}

TEST_P(RostersTest, EveryActOfStaffIsInTheTrail) {
    const auto exam = publish_exam().exam;
    const auto id = cohort("Year 1");
    const auto path = "/api/admin/cohorts/" + id;
    load(id, row("N1", "new@college.example"), true);
    load(id, row("N1", "new@college.example"));
    post(staff, path + "/invite");
    put(staff, "/api/exam/" + exam + "/access", R"({"accessCodes":["room 5"]})");
    post(staff, path + "/members/remove",
         R"({"enrollmentNumbers":["n1","N2"],"reason":"They left"})");
    remove(staff, path, R"({"reason":"The year is over"})");
    const auto entries = [this](const std::string& action) {
        return scalar("SELECT COUNT(*) FROM audit_entries WHERE action = '" + action +
                      "' AND actor = '" + staff.id + "'");
    };
    for (const auto* act : {"cohort.create", "cohort.import", "cohort.invite", "exam.access",
                            "cohort.remove_members", "cohort.delete"}) {
        EXPECT_EQ(entries(act), "1") << act;
    }
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'cohort.import' AND "
                     "after_act = '{\"enrollmentNumbers\":\"N1\",\"reason\":\"The term\"}'"),
              "1");
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE action = 'cohort.remove_members' "
                     "AND before_act = '{\"enrollmentNumbers\":\"N1\"}'"),
              "1");
}

}  // namespace
}  // namespace tripos::rosters
