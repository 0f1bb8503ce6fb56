// SPDX-License-Identifier: MIT
// Job schedulers: their keys, and that each run has one successor, whoever dies when.

#include "integration/queue/site.hpp"
#include "queue/job_schedulers.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

struct SchedulerSite : Site {
    JobSchedulers schedulers{queue};

    std::string upsert(RepeatOptions repeat, const std::string& data = "{}",
                       JobOptions job_options = {}) {
        JobTemplate job{.name = "tick", .data = data, .options = std::move(job_options)};
        return run(schedulers.upsert("s", std::move(repeat), std::move(job))).value().job_id;
    }

    std::int64_t slot() { return std::stoll(score("repeat", "s")); }
    std::string definition(const std::string& name) { return text({"HGET", "p:q:repeat:s", name}); }

    /// What a worker asks that fetched this run; whether there is a next one.
    bool schedule_next(const std::string& id, std::int64_t now_millis) {
        const std::string next = R"({"repeat":{"every":1000,"count":2}})";
        return script(detail::scripts().schedule_next_run,
                      {std::to_string(now_millis), "s", id, "", "1000", "", "", "tick", "{}", next,
                       "0", ""})
            .is_text();
    }

    /// The times of all runs that were ever added, in order.
    std::vector<std::int64_t> slots() {
        std::vector<std::int64_t> found;
        const std::string start = "added jobId repeat:s:";
        for (const std::string& event : events()) {
            if (event.starts_with(start)) {
                found.push_back(std::stoll(event.substr(start.size())));
            }
        }
        return found;
    }

    /// The runs that were completed, in order.
    Texts completed() { return texts({"ZRANGE", "p:q:completed", "0", "-1"}); }
};

TEST(QueueSchedulers, StoresDefinitionAndFirstRunAsBullMqC128) {
    SchedulerSite site;
    const std::int64_t before = to_millis(site.clock.now());
    const std::string id = site.upsert({.every = 2s, .limit = 9}, R"({"x":1})", {.attempts = 2});
    const std::int64_t slot = site.slot();
    EXPECT_GE(slot, before);
    EXPECT_EQ(id, "repeat:s:" + std::to_string(slot));
    EXPECT_EQ(site.list("wait"), (Texts{id}));
    EXPECT_EQ(site.field(id, "rjk"), "s");
    EXPECT_EQ(site.field(id, "data"), R"({"x":1})");
    EXPECT_EQ(site.field(id, "delay"), "0");
    const std::string stored = site.field(id, "opts");
    for (const std::string& part :
         {std::string(R"("attempts":2)"), std::string(R"("repeatJobKey":"s")"),
          std::string(R"("repeat":{"every":2000,"limit":9,"count":1})"),
          R"("jobId":")" + id + "\""}) {
        EXPECT_NE(stored.find(part), std::string::npos) << part << " in " << stored;
    }
    EXPECT_EQ(site.definition("ic"), "1");
    EXPECT_EQ(site.definition("every"), "2000");
    EXPECT_EQ(site.definition("offset"), std::to_string(slot % 2000));
    EXPECT_EQ(site.definition("data"), R"({"x":1})");
    EXPECT_TRUE(site.has_event("waiting jobId " + id));
}

TEST(QueueSchedulers, UpsertReplacesTheRunThatWaitsC128) {
    SchedulerSite site;
    site.upsert({.every = 1h, .start_date = site.clock.now() + 10min}, R"("old")");
    const std::int64_t slot = site.slot();
    const std::string same = site.upsert({.every = 1h}, R"("new")");
    EXPECT_EQ(site.slot(), slot);
    EXPECT_EQ(site.field(same, "data"), R"("new")");
    EXPECT_EQ(site.number({"ZCARD", "p:q:delayed"}), 1);
    const std::string other = site.upsert({.every = 2h});
    EXPECT_LT(site.slot(), slot);
    EXPECT_EQ(site.number({"ZCARD", "p:q:delayed"}), 0);
    EXPECT_EQ(site.list("wait"), (Texts{other}));
    EXPECT_EQ(run(site.schedulers.count()), 1);
}

TEST(QueueSchedulers, UpsertLeavesARunThatIsBeingWorkedC128) {
    SchedulerSite site;
    const std::string first = site.upsert({.every = 1h});
    ASSERT_EQ(site.fetch("t", 1), (Texts{first}));
    const std::string second = site.upsert({.every = 1h});
    EXPECT_NE(first, second);
    EXPECT_EQ(site.list("active"), (Texts{first}));
    // The worker of the first one asks too late: the scheduler has its next run.
    EXPECT_FALSE(site.schedule_next(first, to_millis(site.clock.now())));
    EXPECT_EQ(site.finish(first, "t"), 0);
    EXPECT_EQ(site.number({"ZCARD", "p:q:delayed"}), 1);
}

TEST(QueueSchedulers, RemovalTakesRunDefinitionAndEntryC129) {
    SchedulerSite site;
    const std::string id = site.upsert({.every = 1h, .start_date = site.clock.now() + 1h});
    EXPECT_FALSE(run(site.queue.remove(id)));
    EXPECT_TRUE(run(site.schedulers.remove("s")));
    EXPECT_FALSE(run(site.schedulers.remove("s")));
    EXPECT_FALSE(site.exists("repeat") || site.exists("repeat:s") || site.exists(id));
    EXPECT_TRUE(site.has_event("removed jobId " + id + " prev delayed"));
    EXPECT_FALSE(run(site.schedulers.get("s")));
}

TEST(QueueSchedulers, ListsByTheNextRun) {
    SchedulerSite site;
    for (const int hours : {3, 1, 2}) {
        RepeatOptions repeat{.pattern = "0 0 1 1 *", .tz = "Europe/Paris"};
        repeat.start_date = site.clock.now() + std::chrono::hours(hours * 24 * 400);
        const JobTemplate job{.name = "n" + std::to_string(hours)};
        ASSERT_TRUE(run(site.schedulers.upsert("s" + std::to_string(hours), repeat, job)));
    }
    std::vector<std::string> names;
    for (const JobScheduler& found : run(site.schedulers.list(0, -1, true))) {
        names.push_back(found.job.name);
        EXPECT_EQ(found.repeat.tz, "Europe/Paris");
        EXPECT_GT(found.next, site.clock.now());
    }
    EXPECT_EQ(names, (Texts{"n1", "n2", "n3"}));
    EXPECT_EQ(run(site.schedulers.list(0, 0, false)).at(0).id, "s3");
    EXPECT_EQ(run(site.schedulers.get("s2"))->iteration_count, 1);
}

TEST(QueueSchedulers, RetriedRunHasOneSuccessorC127) {
    SchedulerSite site;
    const std::string id = site.upsert({.every = 1s});
    const std::int64_t slot = site.slot();
    EXPECT_TRUE(site.schedule_next(id, slot));
    EXPECT_FALSE(site.schedule_next(id, slot));
    EXPECT_EQ(site.slot(), slot + 1000);
    EXPECT_EQ(site.definition("ic"), "2");
    EXPECT_EQ(site.slots(), (std::vector{slot, slot + 1000}));
}

TEST(QueueSchedulers, SkipsMissedSlotsC130) {
    SchedulerSite site;
    const std::string id = site.upsert({.every = 1s});
    const std::int64_t slot = site.slot();
    EXPECT_TRUE(site.schedule_next(id, slot + 10'300));
    EXPECT_EQ(site.slot(), slot + 11'000);
}

TEST(QueueSchedulers, OffsetPutsRunsOnItsGrid) {
    SchedulerSite site;
    site.upsert({.every = 1h, .offset = 7min});
    EXPECT_EQ(site.slot() % 3'600'000, 7 * 60'000);
    EXPECT_GT(site.slot(), to_millis(site.clock.now()));
}

TEST(QueueSchedulers, EndsAfterItsLimitAndBeforeItsEndC126) {
    for (const bool by_limit : {true, false}) {
        SchedulerSite site;
        RepeatOptions repeat{.every = 100ms};
        if (by_limit) {
            repeat.limit = 3;
        } else {
            repeat.end_date = site.clock.now() + 250ms;
        }
        site.upsert(repeat);
        const RunningWorker worker(site, options(), succeed());
        ASSERT_TRUE(eventually([&] {
            const bool is_over = by_limit || site.clock.now() > *repeat.end_date + 100ms;
            return is_over && site.completed().size() == site.slots().size();
        }));
        const std::vector<std::int64_t> slots = site.slots();
        if (by_limit) {
            EXPECT_EQ(slots.size(), 3U);
        } else {
            EXPECT_LE(slots.back(), to_millis(*repeat.end_date));
        }
    }
}

TEST(QueueSchedulers, WorkerKeepsTheGridAndRetriesARunWithoutASecondSuccessorC127) {
    SchedulerSite site;
    site.upsert({.every = 100ms}, "{}", {.attempts = 2});
    const RunningWorker worker(site, options(), [](const Job& job, JobContext&) -> Task<Outcome> {
        if (job.attempts_made == 0) {
            co_return Retry{"once more"};
        }
        co_return Completed{};
    });
    ASSERT_TRUE(eventually([&] { return site.completed().size() >= 5; }));
    const std::vector<std::int64_t> slots = site.slots();
    for (std::size_t i = 1; i < slots.size(); ++i) {
        EXPECT_GT(slots[i], slots[i - 1]);
        EXPECT_EQ((slots[i] - slots[0]) % 100, 0);
    }
    EXPECT_TRUE(run(site.schedulers.remove("s")));
}

/// A worker that died after its fetch, before or after it added the next run.
void die_at_hand_over(bool after_scheduling) {
    SchedulerSite site;
    const std::string first = site.upsert({.every = 300ms});
    ASSERT_EQ(site.fetch("dead", 1), (Texts{first}));
    if (after_scheduling) {
        ASSERT_TRUE(site.schedule_next(first, to_millis(site.clock.now())));
    }
    site.command({"DEL", "p:q:" + first + ":lock"});
    WorkerOptions quick = options();
    quick.stalled_interval = 100ms;
    quick.max_stalled_count = 0;
    const RunningWorker worker(site, quick, succeed());
    ASSERT_TRUE(eventually([&] { return site.completed().size() >= 3; }));
    const std::vector<std::int64_t> slots = site.slots();
    EXPECT_EQ(std::set(slots.begin(), slots.end()).size(), slots.size());
    const Texts completed = site.completed();
    EXPECT_EQ(std::count(completed.begin(), completed.end(), first), 1);
    EXPECT_EQ(site.definition("ic"), std::to_string(slots.size()));
    EXPECT_TRUE(run(site.schedulers.remove("s")));
}

TEST(QueueSchedulers, SurvivesAWorkerThatDiesBeforeItAddsTheNextRun) {
    die_at_hand_over(false);
}

TEST(QueueSchedulers, SurvivesAWorkerThatDiesAfterItAddedTheNextRun) {
    die_at_hand_over(true);
}

TEST(QueueSchedulers, RunsAPattern) {
    SchedulerSite site;
    site.upsert({.pattern = "* * * * * *", .immediately = true}, R"({"x":1})");
    const RunningWorker worker(site, options(), succeed());
    ASSERT_TRUE(eventually([&] { return site.completed().size() >= 3; }));
    const std::vector<std::int64_t> slots = site.slots();
    EXPECT_EQ(slots.at(1) % 1000, 0);
    EXPECT_EQ(slots.at(2) % 1000, 0);
    EXPECT_EQ(site.field("repeat:s:" + std::to_string(slots[1]), "data"), R"({"x":1})");
    EXPECT_TRUE(run(site.schedulers.remove("s")));
}

TEST(QueueSchedulers, FollowsARepeatableOfBullMq5WithItsData) {
    SchedulerSite site;
    // Without `ic` and data in the definition, as add() with the option repeat leaves it.
    site.command({"HSET", "p:q:repeat:0123456789abcdef", "name", "old", "every", "100"});
    const std::string at = std::to_string(to_millis(site.clock.now()) / 100 * 100);
    const std::string id = "repeat:0123456789abcdef:" + at;
    site.command({"ZADD", "p:q:repeat", at, "0123456789abcdef"});
    site.command({"HSET", "p:q:" + id, "name", "old", "data", R"({"kept":true})", "opts",
                  R"({"repeat":{"every":100,"count":1}})", "rjk", "0123456789abcdef", "timestamp",
                  at, "delay", "0", "priority", "0"});
    site.command({"LPUSH", "p:q:wait", id});
    const RunningWorker worker(site, options(), succeed());
    ASSERT_TRUE(eventually([&] { return site.completed().size() >= 3; }));
    EXPECT_EQ(site.field(site.completed().back(), "data"), R"({"kept":true})");
    EXPECT_TRUE(run(site.schedulers.remove("0123456789abcdef")));
}

}  // namespace
}  // namespace tripos::queue::test
