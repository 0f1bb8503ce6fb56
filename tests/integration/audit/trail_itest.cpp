// SPDX-License-Identifier: MIT
// The trail of audit and its chain on both engines: what is appended is sealed, and whatever is
// done to it afterwards is found.

#include "audit/trail.hpp"

#include <gtest/gtest.h>

#include "audit/sealer.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/run.hpp"
#include "support/test_database.hpp"
#include "telemetry/log.hpp"

namespace tripos::audit {
namespace {

using test::both_engines;
using test::engine_name;

class Trail : public test::OnBothEngines {
  protected:
    void SetUp() override { test_database().migrate(migrations()); }

    void act(std::string action, std::string subject = "exam:1", std::string within = "",
             int times = 1) {
        clock.advance(std::chrono::milliseconds(1));
        const Actor actor{.id = "ann", .address = "192.0.2.1", .device = "", .request_id = "r"};
        const Entry entry{.action = std::move(action),
                          .subject = std::move(subject),
                          .within = std::move(within),
                          .before = "",
                          .after = facts({{"minutes", "15"}})};
        auto work = [&](sql::Session& session) {
            for (int i = 0; i < times; ++i) {
                append(session, clock.now(), random, actor, entry);
            }
        };
        run(db().write(std::move(work)));
    }
    void act_many(int count) { act("exam.update", "exam:1", "", count); }
    void execute(std::string statement) {
        auto work = [&](sql::Session& session) { session.execute(statement); };
        run(db().write(std::move(work)));
    }
    std::vector<StoredEntry> listed(const Filter& filter) {
        auto work = [&](sql::Session& session) { return list(session, filter, 100, 0); };
        return run(db().read(std::move(work)));
    }
    void seal_all() { run(sealer.seal_all()); }
    Verdict verdict() { return run(verify(db())); }
    /// Whatever it is, it is found.
    void expect_found(std::string tampering, std::string problem) {
        execute(std::move(tampering));
        EXPECT_NE(verdict().problem.find(problem), std::string::npos) << verdict().problem;
    }

    test::FakeClock clock;
    test::SeededRandom random;
    Sealer sealer{db(), test::context()};
};
INSTANTIATE_TEST_SUITE_P(Engines, Trail, both_engines(), engine_name);

TEST_P(Trail, IsSealedInOrderAndIsAsItWasWritten) {
    act_many(3);
    EXPECT_EQ(verdict().unsealed, 3);
    seal_all();
    seal_all();
    const auto first = verdict();
    EXPECT_EQ(first.problem, "");
    EXPECT_EQ(first.sealed, 3);
    EXPECT_EQ(first.unsealed, 0);
    act_many(1200);  // more than a page of either
    seal_all();
    EXPECT_EQ(verdict().problem, "");
    EXPECT_EQ(verdict().sealed, 1203);
    EXPECT_NE(verdict().seal, first.seal);
}

TEST_P(Trail, AnEntryComesAndGoesWithItsAct) {
    auto work = [&](sql::Session& session) {
        append(session, clock.now(), random, system(), {.action = "exam.publish", .subject = "e"});
        throw std::runtime_error("the act did not happen");
    };
    EXPECT_THROW(run(db().write(std::move(work))), std::runtime_error);
    EXPECT_TRUE(listed({}).empty());
}

TEST_P(Trail, AChangedEntryIsFound) {
    act_many(5);
    seal_all();
    expect_found("UPDATE audit_entries SET after_act = '{\"minutes\":\"50\"}' WHERE number = 3",
                 "entry 3 ");
}

TEST_P(Trail, AnEntryWhoseActorIsAnotherIsFound) {
    act_many(2);
    seal_all();
    expect_found("UPDATE audit_entries SET actor = 'bob' WHERE number = 1", "entry 1 ");
}

TEST_P(Trail, AnEntryThatWasTakenOutIsFound) {
    act_many(5);
    seal_all();
    expect_found("DELETE FROM audit_entries WHERE number = 2", "entry 2 is missing");
}

TEST_P(Trail, ATakenOutEntryIsFoundThoughTheOthersMovedUp) {
    act_many(3);
    seal_all();
    execute("DELETE FROM audit_entries WHERE number = 2");
    execute("UPDATE audit_entries SET number = 2 WHERE number = 3");
    expect_found("UPDATE audit_head SET number = 2 WHERE id = 1", "entry 2 ");
}

TEST_P(Trail, AnEntryThatWasPutInIsFound) {
    act_many(3);
    seal_all();
    execute("UPDATE audit_entries SET number = number + 10 WHERE number >= 2");
    execute("UPDATE audit_entries SET number = number - 9 WHERE number > 10");
    expect_found(
        "INSERT INTO audit_entries (id, at, actor, address, device, request_id, action, subject, "
        "part_of, before_act, after_act, number, seal) SELECT 'forged', at, actor, address, "
        "device, request_id, action, subject, part_of, before_act, after_act, 2, seal "
        "FROM audit_entries WHERE number = 1",
        "entry 2 (forged)");
}

TEST_P(Trail, AnEndThatWasCutOffIsFound) {
    act_many(5);
    seal_all();
    expect_found("DELETE FROM audit_entries WHERE number >= 4", "entry 4 is missing");
    // Whoever rewrites the end as well does not reach the log.
}

TEST_P(Trail, TheEndIsInTheLog) {
    act_many(2);
    log::Recording recording;
    seal_all();
    EXPECT_NE(recording.text().find(verdict().seal), std::string::npos) << recording.text();
}

TEST_P(Trail, WhatConcernsSecurityIsALogLine) {
    log::Recording recording;
    act("auth.login", "account:1");
    act("exam.publish");
    EXPECT_NE(recording.text().find("auth.login"), std::string::npos) << recording.text();
    EXPECT_NE(recording.text().find("192.0.2.1"), std::string::npos);
    EXPECT_EQ(recording.text().find("exam.publish"), std::string::npos);
}

TEST_P(Trail, IsFiltered) {
    act("exam.publish");
    act("attempt.void", "attempt:7", "exam:1");
    const auto between = clock.now();
    act("exam.publish", "exam:2");
    act("examination.other", "exam:3");
    EXPECT_EQ(listed({}).size(), 4U);
    EXPECT_EQ(listed({.action = "exam"}).size(), 2U);
    EXPECT_EQ(listed({.action = "exam.publish"}).size(), 2U);
    EXPECT_EQ(listed({.about = "exam:1"}).size(), 2U);
    EXPECT_EQ(listed({.about = "attempt:7"}).size(), 1U);
    EXPECT_EQ(listed({.actor = "ann"}).size(), 4U);
    EXPECT_EQ(listed({.actor = "bob"}).size(), 0U);
    EXPECT_EQ(listed({.since = between}).size(), 3U);
    EXPECT_EQ(listed({.until = between}).size(), 1U);
    EXPECT_EQ(listed({.action = "exam", .about = "exam:2"}).front().entry.subject, "exam:2");
}

}  // namespace
}  // namespace tripos::audit
