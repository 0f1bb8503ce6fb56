// SPDX-License-Identifier: MIT
// Deduplication: which of several adds counts, and until when.

#include "integration/queue/site.hpp"

namespace tripos::queue::test {
namespace {

using Texts = std::vector<std::string>;

NewJob with(Deduplication rule, const std::string& data = "{}") {
    rule.id = "D";
    return {.name = "a", .data = data, .options = {.deduplication = std::move(rule)}};
}

NewJob delayed(Deduplication rule, std::chrono::milliseconds delay = 1h) {
    NewJob job = with(std::move(rule));
    job.options.delay = delay;
    return job;
}

std::string owner(Site& site) {
    return site.text({"GET", "p:q:de:D"});
}

std::int64_t ttl(Site& site) {
    return site.number({"PTTL", "p:q:de:D"});
}

TEST(QueueDeduplication, RejectsUntilTheFirstHasEndedC116) {
    Site site;
    EXPECT_EQ(site.add(with({})), "1");
    EXPECT_EQ(site.field("1", "deid"), "D");
    EXPECT_NE(site.field("1", "opts").find(R"("de":{"id":"D"})"), std::string::npos);
    EXPECT_EQ(site.add(with({})), "1");
    EXPECT_TRUE(site.has_event("deduplicated jobId 1 deduplicationId D deduplicatedJobId 2"));
    EXPECT_EQ(site.list("wait"), (Texts{"1"}));
    EXPECT_EQ(site.fetch("t", 1), (Texts{"1"}));
    EXPECT_EQ(site.add(with({})), "1");
    EXPECT_EQ(site.finish("1", "t"), 0);
    EXPECT_FALSE(site.exists("de:D"));
    EXPECT_EQ(site.add(with({})), "4");
    EXPECT_EQ(run(site.queue.deduplication_job_id("D")), "4");
}

TEST(QueueDeduplication, ThrottlesBeyondTheEndOfTheJobC117) {
    Site site;
    EXPECT_EQ(site.add(with({.ttl = 300ms})), "1");
    EXPECT_LE(ttl(site), 300);
    EXPECT_EQ(site.fetch("t", 1), (Texts{"1"}));
    EXPECT_EQ(site.finish("1", "t"), 0);
    EXPECT_EQ(site.add(with({.ttl = 1h})), "1");
    EXPECT_LE(ttl(site), 300);
    EXPECT_TRUE(eventually([&] { return !site.exists("de:D"); }));
    EXPECT_EQ(site.add(with({.ttl = 300ms})), "3");
}

TEST(QueueDeduplication, ExtendsTheTimeC118) {
    Site site;
    EXPECT_EQ(site.add(with({.ttl = 1min})), "1");
    EXPECT_EQ(site.add(with({.ttl = 1h, .extend = true})), "1");
    EXPECT_GT(ttl(site), 60'000);
    EXPECT_EQ(owner(site), "1");
}

TEST(QueueDeduplication, ReplacesADelayedOwnerC119) {
    Site site;
    EXPECT_EQ(site.add(delayed({.ttl = 1min, .replace = true})), "1");
    EXPECT_EQ(site.add(delayed({.ttl = 1h, .replace = true})), "2");
    EXPECT_LE(ttl(site), 60'000);
    EXPECT_FALSE(site.exists("1"));
    EXPECT_EQ(site.texts({"ZRANGE", "p:q:delayed", "0", "-1"}), (Texts{"2"}));
    EXPECT_EQ(owner(site), "2");
    EXPECT_TRUE(site.has_event("removed jobId 1 prev delayed"));
    EXPECT_TRUE(site.has_event("deduplicated jobId 2 deduplicationId D deduplicatedJobId 1"));
    EXPECT_EQ(site.add(delayed({.ttl = 1h, .extend = true, .replace = true})), "3");
    EXPECT_GT(ttl(site), 60'000);
    EXPECT_EQ(site.add(delayed({.replace = true})), "4");
    EXPECT_EQ(ttl(site), -1);
    EXPECT_EQ(site.inconsistencies(), Texts{});
}

TEST(QueueDeduplication, KeepsAnOwnerThatIsNotDelayedSilentlyC120) {
    Site site;
    EXPECT_EQ(site.add(with({.replace = true})), "1");
    const std::size_t before = site.events().size();
    EXPECT_EQ(site.add(with({.replace = true})), "1");
    EXPECT_EQ(site.events().size(), before);
}

TEST(QueueDeduplication, DoesNotTakeTheKeyOfAnotherOwnerC121) {
    Site site;
    EXPECT_EQ(site.add(with({})), "1");
    EXPECT_EQ(site.fetch("t", 1), (Texts{"1"}));
    EXPECT_TRUE(run(site.queue.remove_deduplication_key("D")));
    EXPECT_FALSE(run(site.queue.remove_deduplication_key("D")));
    EXPECT_EQ(site.add(with({})), "2");
    EXPECT_FALSE(run(site.queue.release_deduplication("1")).value());
    EXPECT_EQ(site.finish("1", "t"), 0);
    EXPECT_EQ(owner(site), "2");
    EXPECT_TRUE(run(site.queue.release_deduplication("2")).value());
    EXPECT_FALSE(run(site.queue.release_deduplication("nobody")));
}

TEST(QueueDeduplication, RunsTheLastOneAfterTheActiveOwnerC122) {
    Site site;
    const Deduplication last{.ttl = 1h, .keep_last_if_active = true};
    EXPECT_EQ(site.add(with(last, R"("first")")), "1");
    EXPECT_EQ(ttl(site), -1);
    EXPECT_EQ(site.add(with(last, R"("too early")")), "1");
    EXPECT_EQ(site.fetch("t", 1), (Texts{"1"}));
    EXPECT_EQ(site.add(with(last, R"("second")")), "1");
    NewJob third = with(last, R"("third")");
    third.options.priority = 5;
    EXPECT_EQ(site.add(third), "1");
    EXPECT_TRUE(site.has_event("deduplicated jobId 1 deduplicationId D deduplicatedJobId 4"));
    EXPECT_EQ(site.text({"HGET", "p:q:dn:D", "jid"}), "4");
    EXPECT_EQ(site.finish("1", "t", "failed"), 0);
    EXPECT_FALSE(site.exists("dn:D"));
    EXPECT_EQ(owner(site), "4");
    EXPECT_NE(site.score("prioritized", "4"), "");
    EXPECT_EQ(site.field("4", "data"), R"("third")");
    EXPECT_EQ(site.field("4", "deid"), "D");
    EXPECT_EQ(site.fetch("t", 5), (Texts{"4"}));
    EXPECT_EQ(site.finish("4", "t"), 0);
    EXPECT_FALSE(site.exists("de:D"));
}

TEST(QueueDeduplication, KeepsTheLastOneOutWhenItsIdWasTakenMeanwhile) {
    Site site;
    const Deduplication last{.keep_last_if_active = true};
    EXPECT_EQ(site.add(with(last)), "1");
    EXPECT_EQ(site.fetch("t", 1), (Texts{"1"}));
    NewJob kept = with(last, R"("kept")");
    kept.options.job_id = "mine";
    EXPECT_EQ(site.add(kept), "1");
    EXPECT_EQ(site.add({.name = "a", .data = R"("other")", .options = {.job_id = "mine"}}), "mine");
    EXPECT_EQ(site.finish("1", "t"), 0);
    EXPECT_EQ(site.list("wait"), (Texts{"mine"}));
    EXPECT_EQ(site.field("mine", "data"), R"("other")");
    EXPECT_TRUE(site.has_event("duplicated jobId mine"));
    EXPECT_FALSE(site.exists("de:D") || site.exists("dn:D"));
    EXPECT_EQ(site.inconsistencies(), Texts());
}

TEST(QueueDeduplication, TakesOverFromAnOwnerThatIsGoneC123) {
    Site site;
    EXPECT_EQ(site.add(with({})), "1");
    site.command({"DEL", "p:q:1", "p:q:wait"});
    EXPECT_EQ(site.add(with({})), "2");
    EXPECT_EQ(owner(site), "2");
}

TEST(QueueDeduplication, ReschedulesADelayedOwner) {
    Site site;
    EXPECT_EQ(site.add(delayed({.reschedule = true})), "1");
    EXPECT_EQ(site.add(delayed({.reschedule = true}, 2h)), "1");
    EXPECT_EQ(site.field("1", "delay"), "7200000");
    const std::string due = site.score("delayed", "1");
    EXPECT_GT(std::stoll(due) / 4096, to_millis(site.clock.now()) + 3'700'000);
    EXPECT_EQ(std::stoll(site.score("marker", "1")), std::stoll(due) / 4096);
}

TEST(QueueDeduplication, RemovalReleasesTheIdWithWhatWasKept) {
    Site site;
    EXPECT_EQ(site.add(with({.ttl = 1h})), "1");
    EXPECT_TRUE(run(site.queue.remove("1")));
    EXPECT_EQ(site.add(with({.keep_last_if_active = true})), "2");
    EXPECT_EQ(site.fetch("t", 1), (Texts{"2"}));
    EXPECT_EQ(site.add(with({.keep_last_if_active = true})), "2");
    site.command({"DEL", "p:q:2:lock"});
    EXPECT_TRUE(run(site.queue.remove("2")));
    EXPECT_FALSE(site.exists("de:D") || site.exists("dn:D"));
}

TEST(QueueDeduplication, BulkAddsDeduplicateAmongThemselves) {
    Site site;
    std::vector<NewJob> jobs{with({}), {.name = "plain"}, with({})};
    EXPECT_EQ(run(site.queue.add_bulk(std::move(jobs))).value(), (Texts{"1", "2", "1"}));
    EXPECT_EQ(site.list("wait"), (Texts{"2", "1"}));
}

TEST(QueueDeduplication, RefusesAnEmptyIdAndAParent) {
    Site site;
    NewJob nameless{.name = "a", .options = {.deduplication = Deduplication{}}};
    EXPECT_FALSE(run(site.queue.add(nameless)));
    NewJob child = with({});
    child.options.parent = {.id = "x", .queue = "p:q"};
    EXPECT_FALSE(run(site.queue.add(child)));
    EXPECT_TRUE(site.texts({"KEYS", "*"}).empty());
}

}  // namespace
}  // namespace tripos::queue::test
