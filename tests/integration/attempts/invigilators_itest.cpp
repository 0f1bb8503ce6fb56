// SPDX-License-Identifier: MIT
// What invigilators may at the exams that they are assigned to, and at no others.

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using accounts::Role;
using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class Invigilators : public ExamSite {
  protected:
    static std::string path(const ExamIds& exam) { return "/api/exam/" + exam.exam; }
    Reply assign(const ExamIds& exam, const std::vector<std::string>& ids) {
        return put(staff, path(exam) + "/staff", R"({"userIds":)" + json_list(ids) + "}");
    }
    std::string attempt_of(const Person& who, const ExamIds& exam) {
        return get(who, "/api/exam-attempt/" + exam.exam + "/attempt").at("/attemptId");
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Invigilators, both_engines(), engine_name);

TEST_P(Invigilators, GiveTimeAndVoidAttemptsOfTheirExamsOnly) {
    const auto vera = person("Vera", {Role::invigilator});
    const auto hers = publish_exam(minutes(30));
    const auto other = publish_exam(minutes(30));
    ASSERT_EQ(assign(hers, {vera.id}).status, 200);
    start(asha, hers);
    start(asha, other);
    const std::string more = R"({"minutes":10,"confirm":"1"})";
    const std::string reason = R"({"reason":"a broken screen"})";
    EXPECT_EQ(post(vera, path(hers) + "/extend", more).at("/extendedAttempts"), "1");
    const auto attempt = attempt_of(asha, hers);
    EXPECT_EQ(post(vera, "/api/exam-attempt/" + attempt + "/void", reason).status, 200);

    // Of what is another's she does not even hear that it is there.
    const auto refused = post(vera, path(other) + "/extend", more);
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(refused.message(),
              post(vera, "/api/exam/00000000-0000-4000-8000-000000000000/extend", more).message());
    const auto kept = attempt_of(asha, other);
    EXPECT_EQ(post(vera, "/api/exam-attempt/" + kept + "/void", reason).status, 404);
    EXPECT_EQ(attempt_of(asha, other), kept);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE actor = '" + vera.id + "'"), "2");

    ASSERT_EQ(assign(hers, {}).status, 200);
    EXPECT_EQ(post(vera, path(hers) + "/extend", more).status, 404);
}

TEST_P(Invigilators, AreListedAndFindTheirExams) {
    const auto vera = person("Vera", {Role::invigilator});
    const auto exam = publish_exam();
    publish_exam();
    EXPECT_EQ(get(vera, "/api/exam/assigned").at("/exams"), "[]");
    const auto assigned = assign(exam, {vera.id, staff.id, vera.id});
    ASSERT_EQ(assigned.status, 200) << assigned.body;
    EXPECT_EQ(get(staff, path(exam) + "/staff").at("/staff"), assigned.at("/staff"));
    EXPECT_NE(assigned.at("/staff").find("Vera@example.org"), std::string::npos);
    EXPECT_EQ(assigned.json.at("staff").as_array().size(), 2U);
    const auto found = get(vera, "/api/exam/assigned");
    EXPECT_EQ(found.json.at("exams").as_array().size(), 1U);
    EXPECT_EQ(found.at("/exams/0/id"), exam.exam);
    EXPECT_EQ(found.at("/exams/0/status"), "PUBLISHED");
    for (const auto* const closed : {"", "/results", "/results.csv", "/staff"}) {
        EXPECT_EQ(get(vera, path(exam) + closed).status, 403) << closed;
    }
}

TEST_P(Invigilators, AreThoseWhoHaveTheRole) {
    const auto author = person("Author", {Role::author});
    const auto exam = publish_exam();
    const auto refused = assign(exam, {staff.id, author.id});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.code(), "unknown_staff");
    EXPECT_EQ(refused.at("/invalidUserIds"), json_list({author.id}));
    EXPECT_EQ(get(staff, path(exam) + "/staff").at("/staff"), "[]");
    EXPECT_EQ(put(staff, "/api/exam/nonsense/staff", R"({"userIds":[]})").status, 404);
    EXPECT_EQ(put(staff, path(exam) + "/staff", "{}").status, 400);
}

TEST_P(Invigilators, LeaveWithADraft) {
    const auto vera = person("Vera", {Role::invigilator});
    const ExamIds draft{.exam = create_exam(minutes(60), minutes(60))};
    ASSERT_EQ(assign(draft, {vera.id}).status, 200);
    EXPECT_EQ(remove(staff, path(draft)).status, 200);
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM exam_staff"), "0");
}

TEST_P(Invigilators, AnAuthorWritesADraftAndDoesNotPublishIt) {
    const auto author = person("Author", {Role::author});
    const auto exam = publish_exam();
    const auto draft = create_exam(minutes(60), minutes(60));
    EXPECT_EQ(get(author, "/api/exam/" + draft).status, 200);
    EXPECT_EQ(put(author, "/api/exam/" + draft, R"({"title":"Better"})").status, 200);
    for (const auto* const act : {"/publish", "/close", "/extend"}) {
        EXPECT_EQ(post(author, "/api/exam/" + draft + act).code(), "forbidden") << act;
        EXPECT_EQ(post(author, path(exam) + act).code(), "forbidden") << act;
    }
}

TEST_P(Invigilators, WhatStaffDidBeforeThereWasATrailMovesThere) {
    auto before = [](sql::Session& session) {
        for (int i = 0; i < 30; ++i) {
            session.execute(
                "INSERT INTO exam_audit (id, at, actor_id, action, exam_id, attempt_id, detail) "
                "VALUES ($1, $2, 'ann', $3, 'e', $4, 'why')",
                "old-" + std::to_string(i), std::int64_t{1000} + i, i == 0 ? "void" : "extend",
                i == 0 ? std::optional<std::string>("a") : std::nullopt);
        }
    };
    run(db().write(std::move(before)));
    run(exams->exams.start());
    run(exams->exams.start());
    EXPECT_EQ(scalar("SELECT COUNT(*) FROM exam_audit"), "0");
    const auto moved = [this](const std::string& condition) {
        return scalar("SELECT COUNT(*) FROM audit_entries WHERE actor = 'ann' AND " + condition);
    };
    EXPECT_EQ(moved("action = 'exam.extend' AND subject = 'exam:e' AND at > 1000"), "29");
    EXPECT_EQ(moved("action = 'attempt.void' AND subject = 'attempt:a' AND part_of = 'exam:e' AND "
                    "after_act = '{\"detail\":\"why\"}'"),
              "1");
}

}  // namespace
}  // namespace tripos::test
