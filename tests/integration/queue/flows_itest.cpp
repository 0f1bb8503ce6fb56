// SPDX-License-Identifier: MIT
// Parents and children: what adding, ending and removing them does to the keys of both queues.

#include "integration/queue/site.hpp"
#include "queue/detail/fetched_jobs.hpp"
#include "queue/flow_producer.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kParent = "p:q:mother";

/// Queue "q" has the parents, "k" their children.
struct FlowSite : Site {
    Queue kids{client, {.name = "k", .prefix = "p"}, clock};
    FlowProducer flows{client, {.prefix = "p"}, clock, random};

    FlowNode add_flow(FlowJob flow) { return run(flows.add(std::move(flow))).value(); }

    std::string of_kid(const std::string& id, const std::string& name) {
        return text({"HGET", "p:k:" + id, name});
    }

    /// Takes the next child of "k" and ends it.
    std::int64_t end_next_kid(const std::string& state, const std::string& keep = "") {
        const redis::Reply fetched = run(
            client.eval(detail::scripts().fetch_jobs, {"p:k:"}, {now(), "t", "30000", "", "1"}));
        const std::string id = detail::read_fetched(fetched)->jobs.at(0).job.id;
        return end_kid(id, state, keep);
    }

    std::int64_t end_kid(const std::string& id, const std::string& state, const std::string& keep) {
        const bool failed = state == "failed";
        const std::string value = failed ? "broken" : "{\"from\":\"" + id + "\"}";
        const redis::Reply reply =
            run(client.eval(detail::scripts().finish_jobs, {"p:k:"},
                            finishing(state, {id, "t", value, ""}, keep, now())));
        return reply.elements.at(0).elements.at(0).integer;
    }

    std::set<std::string> pending(const std::string& parent_key = kParent) {
        const Texts found = texts({"SMEMBERS", parent_key + ":dependencies"});
        return {found.begin(), found.end()};
    }
};

FlowJob mother(std::vector<FlowJob> children) {
    return {.name = "mother",
            .queue = "q",
            .options = {.job_id = "mother"},
            .children = std::move(children)};
}

FlowJob kid(const std::string& id, OnChildFailure rule = OnChildFailure::wait) {
    return {.name = "kid", .queue = "k", .options = {.job_id = id, .on_failure = rule}};
}

TEST(QueueFlow, StoresParentsAndChildrenAsBullMqC132) {
    FlowSite site;
    const FlowNode added = site.add_flow(mother({kid("a"), kid("b", OnChildFailure::fail_parent)}));
    EXPECT_EQ(added.id, "mother");
    ASSERT_EQ(added.children.size(), 2U);
    EXPECT_EQ(added.children[1].id, "b");
    EXPECT_NE(site.score("waiting-children", "mother"), "");
    EXPECT_FALSE(site.exists("wait"));
    EXPECT_EQ(site.pending(), (std::set<std::string>{"p:k:a", "p:k:b"}));
    EXPECT_EQ(site.texts({"LRANGE", "p:k:wait", "0", "-1"}), (Texts{"b", "a"}));
    EXPECT_EQ(site.of_kid("a", "parentKey"), kParent);
    EXPECT_EQ(site.of_kid("a", "parent"), R"({"id":"mother","queueKey":"p:q"})");
    EXPECT_EQ(site.of_kid("b", "parent"), R"({"id":"mother","queueKey":"p:q","fpof":true})");
    const std::string stored = site.of_kid("b", "opts");
    EXPECT_NE(stored.find(R"("fpof":true)"), std::string::npos) << stored;
    EXPECT_NE(stored.find(R"("parent":{"id":"mother","queue":"p:q"})"), std::string::npos);
    EXPECT_TRUE(site.has_event("waiting-children jobId mother"));
    EXPECT_EQ(site.text({"GET", "p:k:id"}), "2");
}

TEST(QueueFlow, LastChildReleasesItsParentInFrontC133) {
    FlowSite site;
    site.add_flow(mother({kid("a"), kid("b")}));
    site.add({.name = "other"});
    site.command({"DEL", "p:q:marker"});
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    EXPECT_NE(site.score("waiting-children", "mother"), "");
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    EXPECT_EQ(site.list("wait").back(), "mother");
    EXPECT_EQ(site.score("marker", "0"), "0");
    EXPECT_TRUE(site.has_event("waiting jobId mother prev waiting-children"));
    const Children children = run(site.queue.children("mother"));
    EXPECT_EQ(children.values.at("p:k:a"), R"({"from":"a"})");
    EXPECT_EQ(run(site.queue.children_counts("mother")).completed, 2);
    EXPECT_TRUE(children.pending.empty());
}

TEST(QueueFlow, FailingChildFailsItsParentC134) {
    FlowSite site;
    site.add_flow(mother({kid("a", OnChildFailure::fail_parent), kid("b")}));
    EXPECT_EQ(site.end_next_kid("failed"), 0);
    EXPECT_EQ(site.field("mother", "defa"), "child p:k:a failed");
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
    EXPECT_EQ(run(site.queue.children("mother")).failed, (Texts{"p:k:a"}));
    const RunningWorker worker(site, options(), succeed());
    EXPECT_TRUE(eventually([&] { return site.score("failed", "mother") != ""; }));
    EXPECT_EQ(site.field("mother", "failedReason"), "child p:k:a failed");
}

TEST(QueueFlow, ContinuedParentRunsAtOnceC135) {
    FlowSite site;
    site.add_flow(mother({kid("a", OnChildFailure::continue_parent), kid("b")}));
    EXPECT_EQ(site.end_next_kid("failed"), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
    const Children children = run(site.queue.children("mother"));
    EXPECT_EQ(children.ignored.at("p:k:a"), "broken");
    EXPECT_EQ(children.pending, (Texts{"p:k:b"}));
    EXPECT_EQ(run(site.queue.remove_unprocessed_children("mother")).value(), 1);
    EXPECT_FALSE(site.number({"EXISTS", "p:k:b"}));
    EXPECT_TRUE(site.pending().empty());
}

TEST(QueueFlow, IgnoredAndRemovedDependenciesWaitForTheRestC136) {
    FlowSite site;
    site.add_flow(mother({kid("a", OnChildFailure::ignore_dependency),
                          kid("b", OnChildFailure::remove_dependency), kid("c")}));
    EXPECT_EQ(site.end_next_kid("failed"), 0);
    EXPECT_EQ(site.end_next_kid("failed"), 0);
    EXPECT_NE(site.score("waiting-children", "mother"), "");
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
    const Children children = run(site.queue.children("mother"));
    EXPECT_EQ(children.ignored.size(), 1U);
    EXPECT_EQ(children.ignored.at("p:k:a"), "broken");
}

TEST(QueueFlow, ParentWaitsOnForAFailedChildUntilItIsRetriedC137) {
    FlowSite site;
    site.add_flow(mother({kid("a")}));
    EXPECT_EQ(site.end_next_kid("failed"), 0);
    EXPECT_NE(site.score("waiting-children", "mother"), "");
    EXPECT_TRUE(run(site.kids.retry("a")));
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
}

TEST(QueueFlow, FailedChildThatIsRemovedReleasesItsParentC138) {
    FlowSite site;
    site.add_flow(mother({kid("a")}));
    EXPECT_EQ(site.end_next_kid("failed", "0"), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
}

TEST(QueueFlow, FailedChildThatMakesRoomForALaterOneReleasesItsParent) {
    FlowSite site;
    site.add_flow(mother({kid("a")}));
    EXPECT_EQ(site.end_next_kid("failed"), 0);
    ASSERT_TRUE(run(site.kids.add({.name = "kid", .options = {.job_id = "later"}})));
    EXPECT_EQ(site.end_next_kid("failed", "1"), 0);
    EXPECT_EQ(site.number({"EXISTS", "p:k:a"}), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
}

TEST(QueueFlow, ReleasesIntoPriorityAndDelayC142) {
    FlowSite site;
    FlowJob urgent = mother({kid("a")});
    urgent.options.priority = 7;
    site.add_flow(std::move(urgent));
    FlowJob late = mother({kid("b")});
    late.options.job_id = "late";
    late.options.delay = 1h;
    site.add_flow(std::move(late));
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    EXPECT_NE(site.score("prioritized", "mother"), "");
    EXPECT_NE(site.score("delayed", "late"), "");
    EXPECT_NE(site.score("marker", "1"), "");
}

TEST(QueueFlow, RemovesAParentWithItsChildrenUnlessOneIsLockedC141) {
    FlowSite site;
    FlowJob middle = kid("middle");
    middle.children.push_back(kid("deep"));
    site.add_flow(mother({std::move(middle), kid("a")}));
    site.command({"SET", "p:k:deep:lock", "somebody"});
    EXPECT_FALSE(run(site.queue.remove("mother")));
    EXPECT_TRUE(site.exists("mother"));
    site.command({"DEL", "p:k:deep:lock"});
    EXPECT_TRUE(run(site.queue.remove("mother")));
    for (const char* key :
         {"p:q:mother", "p:q:mother:dependencies", "p:k:middle", "p:k:deep", "p:k:a", "p:k:wait",
          "p:k:waiting-children", "p:q:wait", "p:q:waiting-children"}) {
        EXPECT_EQ(site.number({"EXISTS", key}), 0) << key;
    }
    EXPECT_TRUE(site.has_event("removed jobId mother prev waiting-children"));
}

TEST(QueueFlow, RemovingAChildReleasesItsParent) {
    FlowSite site;
    site.add_flow(mother({kid("a"), kid("b")}));
    EXPECT_TRUE(run(site.kids.remove("a")));
    EXPECT_TRUE(run(site.kids.remove_child_dependency("b")).value());
    EXPECT_FALSE(run(site.kids.remove_child_dependency("b")).value());
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
    EXPECT_EQ(site.of_kid("b", "parentKey"), "");
    EXPECT_TRUE(run(site.queue.remove("mother", RemoveChildren::no)));
    EXPECT_EQ(site.number({"EXISTS", "p:k:b"}), 1);
}

TEST(QueueFlow, AddsAllJobsOrNone) {
    FlowSite site;
    site.add_flow(mother({kid("a")}));
    FlowJob second = mother({kid("new"), kid("a")});
    second.options.job_id = "stepmother";
    const Result<FlowNode> refused = run(site.flows.add(second));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("another parent"), std::string::npos);
    EXPECT_FALSE(site.exists("stepmother"));
    EXPECT_EQ(site.number({"EXISTS", "p:k:new"}), 0);

    FlowJob orphan = kid("b");
    orphan.options.parent = {.id = "nobody", .queue = "p:q"};
    const Result<FlowNode> homeless = run(site.flows.add(orphan));
    ASSERT_FALSE(homeless);
    EXPECT_NE(homeless.error().message.find("p:q:nobody"), std::string::npos);
    EXPECT_EQ(site.text({"GET", "p:k:id"}), "1");
}

TEST(QueueFlow, RefusesWhatCannotBeAFlow) {
    FlowSite site;
    FlowJob colon = kid("a:b");
    FlowJob nowhere = kid("a");
    nowhere.queue = "";
    FlowJob unique = kid("a");
    unique.options.deduplication = {.id = "d"};
    for (const FlowJob& bad : {colon, nowhere, unique}) {
        EXPECT_FALSE(run(site.flows.add(mother({bad}))));
    }
    EXPECT_FALSE(run(site.flows.add(mother({kid("same"), kid("same")}))));
    std::vector<FlowJob> many(5'000, FlowJob{.name = "kid", .queue = "k"});
    EXPECT_FALSE(run(site.flows.add(mother(std::move(many)))));
    EXPECT_TRUE(site.texts({"KEYS", "*"}).empty());
}

TEST(QueueFlow, ExistingCompletedChildHandsOverItsValueAtOnce) {
    FlowSite site;
    ASSERT_TRUE(run(site.kids.add({.name = "kid", .options = {.job_id = "a"}})));
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    site.add_flow(mother({kid("a")}));
    EXPECT_EQ(site.list("wait"), (Texts{"mother"}));
    EXPECT_EQ(run(site.queue.children("mother")).values.at("p:k:a"), R"({"from":"a"})");
}

TEST(QueueFlow, PlainAddWithAParentJoinsItsChildren) {
    FlowSite site;
    site.add_flow(mother({kid("a")}));
    NewJob late{.name = "kid"};
    late.options.parent = {.id = "mother", .queue = site.queue.qualified_name()};
    EXPECT_EQ(run(site.kids.add(late)).value(), "2");
    EXPECT_EQ(site.pending(), (std::set<std::string>{"p:k:2", "p:k:a"}));
    late.options.parent->id = "nobody";
    EXPECT_FALSE(run(site.kids.add(late)));
    EXPECT_EQ(site.text({"GET", "p:k:id"}), "2");
    std::vector<NewJob> many(3, NewJob{.name = "plain"});
    many[1] = late;
    EXPECT_FALSE(run(site.kids.add_bulk(many)));
    EXPECT_EQ(site.number({"LLEN", "p:k:wait"}), 4);
}

TEST(QueueFlow, ReadsATreeAsFarAsAsked) {
    FlowSite site;
    FlowJob middle = kid("middle");
    middle.children.push_back(kid("deep"));
    site.add_flow(mother({std::move(middle), kid("a")}));
    const auto whole = run(site.flows.get_flow({.id = "mother", .queue = "q"}));
    ASSERT_TRUE(whole);
    ASSERT_EQ(whole->children.size(), 2U);
    EXPECT_EQ(whole->children[1].job.id, "middle");
    EXPECT_EQ(whole->children[1].queue, "k");
    ASSERT_EQ(whole->children[1].children.size(), 1U);
    EXPECT_EQ(whole->children[1].children[0].job.parent_key, "p:k:middle");
    const auto flat = run(site.flows.get_flow({.id = "mother", .queue = "q", .depth = 1}));
    EXPECT_TRUE(flat->children.empty());
    EXPECT_FALSE(run(site.flows.get_flow({.id = "nobody", .queue = "q"})));
}

/// Adds two children at its first start, sums up at its second.
Task<Outcome> divide(FlowSite& site, const Job& job, JobContext& job_context) {
    const Children children = co_await job_context.children();
    if (!children.values.empty()) {
        co_return Completed{std::to_string(children.values.size())};
    }
    std::vector<NewJob> parts(2, NewJob{.name = "part"});
    for (NewJob& part : parts) {
        part.options.parent = {.id = job.id, .queue = site.queue.qualified_name()};
    }
    co_await site.kids.add_bulk(std::move(parts));
    co_return WaitForChildren{};
}

TEST(QueueFlow, ProcessorWaitsForChildrenItAddedC139) {
    FlowSite site;
    const RunningWorker worker(
        site, options(), [&site](const Job& job, JobContext& at) { return divide(site, job, at); });
    site.add({.name = "whole", .options = {.job_id = "mother"}});
    ASSERT_TRUE(eventually([&] { return site.score("waiting-children", "mother") != ""; }));
    EXPECT_TRUE(site.has_event("waiting-children jobId mother prev active"));
    EXPECT_FALSE(site.exists("mother:lock"));
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    EXPECT_EQ(site.end_next_kid("completed"), 0);
    ASSERT_TRUE(eventually([&] { return site.score("completed", "mother") != ""; }));
    EXPECT_EQ(site.field("mother", "returnvalue"), "2");
    EXPECT_EQ(site.field("mother", "ats"), "2");
    EXPECT_EQ(site.field("mother", "atm"), "1");
}

TEST(QueueFlow, WaitingForNobodyRunsAgainAndFailedChildrenForbidItC139) {
    FlowSite site;
    site.add({.name = "a"});
    ASSERT_EQ(site.fetch("t", 1), (Texts{"1"}));
    const auto wait = [&site](const std::string& token) {
        return site.script(detail::scripts().wait_for_children, {site.now(), "1", token}).integer;
    };
    EXPECT_EQ(wait("somebody else's"), -6);
    EXPECT_EQ(wait("t"), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"1"}));
    EXPECT_EQ(wait("t"), -2);
    site.command({"ZADD", "p:q:1:unsuccessful", "1", "p:k:x"});
    EXPECT_EQ(wait("t"), -9);
    const RunningWorker worker(site, options(), [](const Job&, JobContext&) -> Task<Outcome> {
        co_return WaitForChildren{};
    });
    EXPECT_TRUE(eventually([&] { return site.score("failed", "1") != ""; }));
    EXPECT_EQ(site.field("1", "failedReason"), "it has failed children");
}

}  // namespace
}  // namespace tripos::queue::test
