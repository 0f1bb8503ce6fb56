// SPDX-License-Identifier: MIT
// A Redis at its limit of memory: no way of adding a job goes past it, and what runs can end.

#include "integration/queue/site.hpp"
#include "queue/flow_producer.hpp"
#include "queue/job_schedulers.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

/// On a queue that has been used: its settings and its events are there.
struct FullSite : Site {
    FullSite() {
        add({.name = "first"});
        fetch("t", 1);
        EXPECT_TRUE(run(schedulers.upsert("s", {.every = 1h, .offset = 1min}, {.name = "s"})));
        command({"CONFIG", "SET", "maxmemory", "1"});
        keys = number({"DBSIZE"});
    }

    template <class T>
    void refuses(Task<T> task) {
        try {
            run(std::move(task));
            ADD_FAILURE() << "it was taken";
        } catch (const redis::CommandFailed& failure) {
            EXPECT_TRUE(failure.message().starts_with("OOM")) << failure.message();
        }
        EXPECT_EQ(number({"DBSIZE"}), keys);
    }

    JobSchedulers schedulers{queue};
    FlowProducer flows{client, {.prefix = "p"}, clock, random};
    std::int64_t keys = 0;
};

TEST(NoMemory, RefusesEveryKindOfAdd) {
    FullSite site;
    site.refuses(site.queue.add({.name = "plain"}));
    site.refuses(site.queue.add_bulk(std::vector<NewJob>(3, {.name = "many"})));
    site.refuses(
        site.queue.add({.name = "once", .options = {.deduplication = Deduplication{.id = "D"}}}));
    site.refuses(site.flows.add(
        {.name = "parent", .queue = "q", .children = {{.name = "child", .queue = "q"}}}));
}

TEST(NoMemory, RefusesASchedulerAndLeavesItsRun) {
    FullSite site;
    const Texts runs = site.texts({"ZRANGE", "p:q:delayed", "0", "-1"});
    site.refuses(site.schedulers.upsert("s", {.every = 2h}, {.name = "s"}));
    site.refuses(site.schedulers.upsert("new", {.pattern = "0 3 * * *"}, {.name = "n"}));
    EXPECT_EQ(site.texts({"ZRANGE", "p:q:delayed", "0", "-1"}), runs);
}

TEST(NoMemory, LetsJobsEnd) {
    FullSite site;
    EXPECT_EQ(site.finish("1", "t"), 0);
}

}  // namespace
}  // namespace tripos::queue::test
