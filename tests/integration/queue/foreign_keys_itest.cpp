// SPDX-License-Identifier: MIT
// Keys of a wrong type among many: each id stays in a collection, and the others go their way.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

/// Five delayed jobs that are due, of which the third is no job.
void add_due_ones(Site& site) {
    std::vector<NewJob> jobs(5, {.name = "a", .options = {.delay = 1h}});
    ASSERT_TRUE(run(site.queue.add_bulk(std::move(jobs))));
    for (const char* id : {"1", "2", "3", "4", "5"}) {
        site.command({"ZADD", "p:q:delayed", "XX", "4096", id});
    }
    site.command({"DEL", "p:q:3"});
    site.command({"SET", "p:q:3", "text"});
}

TEST(ForeignKeys, AmongDueJobsLoseNoOthers) {
    Site site;
    add_due_ones(site);
    EXPECT_EQ(site.fetch("t", 9), (Texts{"1", "2", "4", "5"}));
    EXPECT_FALSE(site.exists("delayed"));
}

TEST(ForeignKeys, AmongPromotedJobsLoseNoOthers) {
    Site site;
    add_due_ones(site);
    EXPECT_EQ(run(site.queue.promote_all()), 5);
    EXPECT_EQ(site.list("wait"), (Texts{"5", "4", "2", "1"}));
}

TEST(ForeignKeys, AmongRetriedJobsLoseNoOthers) {
    Site site;
    ASSERT_TRUE(run(site.queue.add_bulk(std::vector<NewJob>(3, {.name = "a"}))));
    site.fetch("t", 3);
    for (const char* id : {"1", "2", "3"}) {
        EXPECT_EQ(site.finish(id, "t", "failed"), 0);
    }
    site.command({"DEL", "p:q:2"});
    site.command({"SET", "p:q:2", "text"});
    EXPECT_EQ(run(site.queue.retry_all(JobState::failed)).value(), 3);
    EXPECT_EQ(site.list("wait"), (Texts{"3", "1"}));
}

TEST(ForeignKeys, InPlaceOfACollectionLeaveDueJobsWhereTheyAre) {
    for (const char* collection : {"wait", "prioritized", "pc", "events", "marker"}) {
        Site site;
        add_due_ones(site);
        run(site.queue.change_priority("4", 7)).value();
        site.command({"DEL", std::string("p:q:") + collection});
        site.command({"HSET", std::string("p:q:") + collection, "a", "b"});
        EXPECT_THROW(site.fetch("t", 9), redis::CommandFailed) << collection;
        EXPECT_THROW(run(site.queue.promote("1")), redis::CommandFailed) << collection;
        EXPECT_THROW(run(site.queue.promote_all()), redis::CommandFailed) << collection;
        EXPECT_EQ(site.number({"ZCARD", "p:q:delayed"}), 5) << collection;
    }
}

TEST(ForeignKeys, InPlaceOfADelayedJobAreNotPromoted) {
    Site site;
    add_due_ones(site);
    EXPECT_THROW(run(site.queue.promote("3")), redis::CommandFailed);
    EXPECT_EQ(site.number({"ZCARD", "p:q:delayed"}), 5);
}

}  // namespace
}  // namespace tripos::queue::test
