// SPDX-License-Identifier: MIT
// Answers that older releases saved, as the migrations leave them.

#include "attempts/answer_store.hpp"
#include "attempts/attempt_store.hpp"
#include "support/test_database.hpp"

namespace tripos::attempts {
namespace {

class AttemptsUpgrade : public test::OnBothEngines {
  protected:
    /// Up to so many migrations, and then what a release of that time wrote.
    void fill(std::size_t migrations, std::vector<std::string> statements) {
        std::vector<sql::Migration> old{{.module = "stand-in",
                                         .number = 1,
                                         .statements = "CREATE TABLE exams (id TEXT PRIMARY KEY)"}};
        for (const auto& migration : attempt_store::migrations()) {
            old.push_back(migration);
        }
        old.resize(migrations + 1);
        test_database().migrate(old);
        auto write = [&statements](sql::Session& session) {
            session.execute("INSERT INTO exams (id) VALUES ('e')");
            session.execute(
                "INSERT INTO attempts (id, exam_id, user_id, status, started_at, deadline_at, "
                "deadline_reason) VALUES ('a', 'e', 'u', 'IN_PROGRESS', 1, 9000, 'duration')");
            for (const auto& statement : statements) {
                session.execute(statement);
            }
        };
        run(db().write(std::move(write)));
        test_database().migrate(attempt_store::migrations());
    }
    std::vector<AnswerVersion> current() {
        auto look = [](sql::Session& session) { return answer_store::current(session, "a"); };
        return run(db().read(std::move(look)));
    }
    /// The revisions of every version.
    std::vector<std::int64_t> history() {
        auto look = [](sql::Session& session) { return answer_store::history(session, "a"); };
        std::vector<std::int64_t> revisions;
        for (const auto& version : run(db().read(std::move(look)))) {
            revisions.push_back(version.revision);
        }
        return revisions;
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, AttemptsUpgrade, test::both_engines(), test::engine_name);

TEST_P(AttemptsUpgrade, AnswersBecomeTheirFirstVersion) {
    fill(
        5,
        {"INSERT INTO answers (attempt_id, question_id, option_ids, number, saved_at) VALUES "
         "('a', 'q1', 'o1,o2', NULL, 5), ('a', 'q2', NULL, '1.5', 6), ('a', 'q3', NULL, NULL, 7)"});
    const auto versions = current();
    ASSERT_EQ(versions.size(), 3U);
    EXPECT_EQ(versions[0].answer.option_ids, (std::vector<std::string>{"o1", "o2"}));
    EXPECT_EQ(versions[0].revision, 1);
    EXPECT_EQ(versions[0].arrived_at, from_millis(5));
    EXPECT_EQ(versions[1].answer.number, "1.5");
    EXPECT_TRUE(versions[2].answer.is_empty());
}

TEST_P(AttemptsUpgrade, VersionsKeepTheirOptionsAndWhoSavedThem) {
    fill(6, {"INSERT INTO answer_versions (attempt_id, question_id, revision, option_ids, number, "
             "flagged, client_id, address, arrived_at) VALUES "
             "('a', 'q1', 1, 'o1', NULL, 0, NULL, NULL, 5), "
             "('a', 'q1', 2, 'o1,o2', NULL, 1, 'phone', '10.0.0.1', 6)"});
    const auto versions = current();
    ASSERT_EQ(versions.size(), 1U);
    EXPECT_EQ(history(), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(versions[0].answer.option_ids, (std::vector<std::string>{"o1", "o2"}));
    EXPECT_TRUE(versions[0].is_flagged);
    EXPECT_EQ(versions[0].client_id, "phone");
    EXPECT_EQ(versions[0].address, "10.0.0.1");
    // A save behind them is one more, and what does not say who it is knows no other.
    auto save = [](sql::Session& session) {
        const AnswerSave cleared{
            .question_id = "q1", .answer = Answer{.question_id = "q1"}, .revision = 2};
        return answer_store::save(session, "e", "u", cleared, "", from_millis(7));
    };
    EXPECT_EQ(run(db().write(std::move(save)))->current.revision, 3);
    EXPECT_EQ(history(), (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_TRUE(current().front().answer.is_empty());
}

TEST_P(AttemptsUpgrade, AHistoryFindsItsWayThroughWhatWasShortened) {
    const std::string columns =
        "attempt_id, question_id, revision, option_ids, number, flagged, client_id, address, "
        "arrived_at";
    fill(13, {"INSERT INTO answers (" + columns +
                  ") VALUES ('a', 'q1', 9, 'o1', NULL, 0, 'phone', '', 90), "
                  "('a', 'q2', 1, 'o1', NULL, 0, '', '', 50)",
              "INSERT INTO answer_log (replaced_at, " + columns +
                  ") VALUES (20, 'a', 'q1', 1, 'o1', NULL, 0, '', '', 10), "
                  "(80, 'a', 'q1', 2, 'o2', NULL, 0, '', '192.0.2.1', 20), "
                  "(90, 'a', 'q1', 8, 'o3', NULL, 1, 'phone', '', 80), "
                  "(90, 'b', 'q1', 7, 'o3', NULL, 1, 'phone', '', 85)"});
    EXPECT_EQ(current().size(), 2U);
    EXPECT_EQ(history(), (std::vector<std::int64_t>{1, 2, 1, 8, 9}));
    auto forget = [](sql::Session& session) {
        const auto answers = answer_store::answers_after(session, "u", {}, 1);
        return answer_store::forget_addresses(session, answers.at(0).id);
    };
    EXPECT_EQ(run(db().write(std::move(forget))), 1);
}

}  // namespace
}  // namespace tripos::attempts
