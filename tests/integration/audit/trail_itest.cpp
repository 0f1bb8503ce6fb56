// SPDX-License-Identifier: MIT
// The trail of audit and its chain on both engines: what is appended is sealed, and whatever is
// done to it afterwards is found.

#include "audit/trail.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "audit/chain.hpp"
#include "audit/knocks.hpp"
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
    void knock(std::string client, std::string account = "", int times = 1) {
        const Actor actor{.address = client, .client = client};
        const Knock one{.action = "auth.login_refused", .subject = account, .code = "unauthorized"};
        auto work = [&](sql::Session& session) {
            for (int i = 0; i < times; ++i) {
                append_knock(session, clock.now(), random, actor, one);
            }
        };
        run(db().write(std::move(work)));
    }
    std::int64_t entries() {
        auto work = [](sql::Session& session) { return count(session, {}); };
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
    Metrics metrics;
    Sealer sealer{db(), clock, random, metrics, test::context()};
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

TEST(TrailOnSqlite, APageIsSealedWithoutSortingAllThatWait) {
    test::TestDatabase live(sql::Engine::sqlite);
    live.migrate(migrations());
    auto work = [](sql::Session& session) {
        seal(session, 10);
        std::string plan;
        for (const auto& one : session.query("EXPLAIN QUERY PLAN SELECT * FROM audit_entries "
                                             "WHERE seal IS NULL ORDER BY id LIMIT 10")) {
            plan += one.text(3) + "; ";
        }
        return plan;
    };
    const auto plan = test::run(live.database().write(std::move(work)));
    EXPECT_NE(plan.find("audit_entries_waiting"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
    const auto seen = live.database().slowest_statements(100);
    EXPECT_TRUE(std::any_of(seen.begin(), seen.end(), [](const auto& one) {
        return one.text.ends_with("WHERE seal IS NULL ORDER BY id LIMIT $1");
    })) << "it is another statement";
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

TEST_P(Trail, ALastEntryThatWasWrittenAndSealedAnewIsFound) {
    act_many(3);
    seal_all();
    auto look = [](sql::Session& session) { return sealed_after(session, 1, 10); };
    const auto last_two = run(db().read(std::move(look)));
    auto forged = last_two.at(1);
    forged.entry.after = facts({{"minutes", "50"}});
    execute("UPDATE audit_entries SET after_act = '" + forged.entry.after + "', seal = '" +
            seal_of(last_two.at(0).seal, forged) + "' WHERE number = 3");
    EXPECT_NE(verdict().problem.find("entry 3 "), std::string::npos) << verdict().problem;
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

TEST_P(Trail, AFilterIsNoPattern) {
    act("exam.publish");
    act("examinations_old.publish");
    for (const auto* const pattern :
         {"%", "exa_", "e%", "_%_", "examinations%old", "EXAM", "\\%"}) {
        EXPECT_TRUE(listed({.action = pattern}).empty()) << pattern;
    }
    EXPECT_EQ(listed({.action = "examinations_old"}).size(), 1U);
}

TEST_P(Trail, EntriesOfAMillisecondStandInTheOrderInWhichTheyCame) {
    auto work = [&](sql::Session& session) {
        for (int i = 0; i < 5'000; ++i) {  // more than a UUID counts in a millisecond
            append(session, clock.now(), random, system(),
                   {.action = "exam.update", .subject = std::to_string(i)});
        }
    };
    run(db().write(std::move(work)));
    const auto newest = listed({});
    for (std::size_t i = 0; i < newest.size(); ++i) {
        ASSERT_EQ(newest[i].entry.subject, std::to_string(4'999 - i));
    }
    seal_all();
    EXPECT_EQ(listed({}).front().number, 5'000);
}

TEST_P(Trail, WhoeverKnocksAllDayWritesTwoEntriesAMinute) {
    log::Recording recording;
    for (int minute = 0; minute < 3; ++minute) {
        knock("198.51.100.7", "account:1", 50);
        seal_all();
        EXPECT_EQ(entries(), 1 + 2 * minute);  // at once, and no more
        clock.advance(std::chrono::minutes(1));
        seal_all();
        EXPECT_EQ(entries(), 2 + 2 * minute);
    }
    const auto newest = listed({}).front();
    EXPECT_EQ(newest.entry.subject, "account:1");
    EXPECT_EQ(newest.actor.address, "198.51.100.7");
    EXPECT_NE(newest.entry.after.find(R"("more":"49")"), std::string::npos) << newest.entry.after;
    EXPECT_EQ(verdict().problem, "");
    // The log has each.
    const auto text = recording.text();
    std::size_t lines = 0;
    for (auto at = text.find("security event"); at != std::string::npos;
         at = text.find("security event", at + 1)) {
        ++lines;
    }
    EXPECT_EQ(lines, 150U);
}

TEST_P(Trail, WhatAnOwnerDoesAllDayIsToldTwentyTimesAMinuteAndThenCounted) {
    const Actor owner{.id = "1", .address = "198.51.100.7", .client = "198.51.100.7"};
    const auto log_in = [&](int times) {
        auto work = [&](sql::Session& session) {
            for (int i = 0; i < times; ++i) {
                append_knock(session, clock.now(), random, owner,
                             own_act("auth.login", "account:1"));
            }
        };
        run(db().write(std::move(work)));
    };
    log_in(20);
    EXPECT_EQ(entries(), 20);
    clock.advance(std::chrono::minutes(1));
    seal_all();
    EXPECT_EQ(entries(), 20) << "there is nothing more to tell";
    log_in(500);
    EXPECT_EQ(entries(), 40);
    clock.advance(std::chrono::minutes(1));
    seal_all();
    EXPECT_EQ(entries(), 41);
    EXPECT_NE(listed({}).front().entry.after.find(R"("more":"480")"), std::string::npos);
    execute("UPDATE audit_knock_days SET entries = 1000000");
    log_in(1);
    EXPECT_EQ(entries(), 42) << "strangers' knocks have no part in it";
}

TEST_P(Trail, ClientsAndAccountsAreToldApart) {
    knock("198.51.100.7", "account:1");
    knock("198.51.100.7", "account:2");
    knock("198.51.100.8", "account:1");
    knock("198.51.100.7", "account:1");
    EXPECT_EQ(entries(), 3);
}

TEST_P(Trail, AFloodFromManyAddressesIsToldTogether) {
    for (std::int64_t i = 0; i < kMostKnocksADay; ++i) {
        knock("2001:db8:" + std::to_string(i));
    }
    EXPECT_EQ(entries(), kMostKnocksADay);
    for (int i = 0; i < 100; ++i) {
        knock("2001:db9:" + std::to_string(i));
    }
    EXPECT_EQ(entries(), kMostKnocksADay + 1);
    clock.advance(std::chrono::minutes(1));
    seal_all();
    EXPECT_EQ(entries(), kMostKnocksADay + 2);
    EXPECT_NE(listed({}).front().entry.after.find(R"("more":"99")"), std::string::npos);
    // Another action has a day of its own, and so has the next day.
    clock.advance(std::chrono::hours(24));
    knock("2001:db9::1");
    EXPECT_EQ(entries(), kMostKnocksADay + 3);
}

}  // namespace
}  // namespace tripos::audit
