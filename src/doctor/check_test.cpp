// SPDX-License-Identifier: MIT
#include "doctor/check.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "doctor/spf.hpp"

namespace tripos::doctor {
namespace {

using redis::Step;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::int64_t kDay = 24 * 3'600'000;

RedisLook good_server() {
    RedisLook server;
    server.address = "redis://cache.example.org";
    server.refusals.emplace();
    server.p99 = microseconds(300);
    server.ahead = milliseconds(2);
    server.big_keys.emplace();
    auto& report = server.report.emplace();
    report.version = "7.0.15";
    report.role = "master";
    report.eviction = "noeviction";
    report.memory_used = 10 << 20;
    report.memory_limit = 100 << 20;
    report.fragmentation = 5;  // of so small a server it says nothing
    report.clients = 30;
    report.client_limit = 10'000;
    report.appends = true;
    return server;
}

queue::QueueCondition good_queue() {
    queue::QueueCondition queue;
    queue.name = "email";
    queue.workers = 1;
    queue.asleep = 1;
    queue.has_marker = true;
    queue.ended = 1'000;
    queue.failed = 10;
    queue.counts[queue::JobState::waiting] = 3;
    queue.oldest_wait = milliseconds(200);
    return queue;
}

SenderLook good_sender() {
    SenderLook sender;
    sender.domain = "exams.example.org";
    sender.spf = {TxtAnswer::Kind::found, {"v=spf1 include:relay.example.net -all", "google-x"}};
    sender.spf_lookups = 3;
    sender.dmarc = {TxtAnswer::Kind::found, {"v=DMARC1; p=none"}};
    sender.keys.push_back({.name = "t1._domainkey.exams.example.org",
                           .wanted = "v=DKIM1; k=ed25519; p=AAAA",
                           .found = {TxtAnswer::Kind::found, {"v=DKIM1; k=ed25519; p=AA AA"}}});
    return sender;
}

Evidence good() {
    Evidence evidence;
    evidence.redis = looked_at(std::vector<RedisLook>(1, good_server()));
    evidence.queues = looked_at(std::vector<queue::QueueCondition>(1, good_queue()));
    cache::Stats cache;
    cache.process_limit = 64 << 20;
    cache.is_tracking = true;
    cache.families.resize(1);
    cache.families[0].process_hits = 900;
    cache.families[0].misses = 400;
    evidence.cache = looked_at(cache);
    evidence.database = looked_at(DatabaseLook{.address = "sqlite:tripos.db", .has_site = true});
    evidence.outbox = looked_at(OutboxLook{.oldest = milliseconds(800)});
    evidence.relays = looked_at(std::vector<RelayLook>{
        {.address = "smtp://relay:587"}, {.address = "smtp://bulk:587", .is_bulk = true}});
    evidence.sent = looked_at(SentLook{.outcome = "delivered", .reply = "250 OK"});
    evidence.sender = looked_at(good_sender());
    evidence.host = looked_at(HostLook{.folder = "data",
                                       .free_bytes = 50ULL << 30,
                                       .disk_bytes = 100ULL << 30,
                                       .sync = microseconds(4'000),
                                       .descriptors = 1 << 20});
    evidence.address = looked_at(AddressLook{.url = "https://exams.example.org",
                                             .status = 200,
                                             .instance = "a",
                                             .certificate_ends = from_millis(90 * kDay),
                                             .now = from_millis(kDay)});
    evidence.site = looked_at(SiteLook{.instance = "a",
                                       .is_running = true,
                                       .held_back = milliseconds(0),
                                       .is_held = false,
                                       .backup_age = milliseconds(0),
                                       .weak_secrets = std::vector<std::string>()});
    return evidence;
}

struct Trouble {
    std::string id;
    Verdict verdict;
    std::string word;  ///< of text, evidence or cure
    std::function<void(Evidence&)> spoil;
};

RedisLook& server(Evidence& evidence) {
    return evidence.redis.seen->front();
}
queue::QueueCondition& queue_of(Evidence& evidence) {
    return evidence.queues.seen->front();
}

std::vector<Trouble> redis_troubles() {
    return {
        {"redis-quorum", Verdict::warn, "NOQUORUM",
         [](auto& e) {
             server(e).stand_ins = StandInLook{.unmasterable = "NOQUORUM 1 usable Sentinels."};
         }},
        {"redis-lag", Verdict::warn, "no replica hears",
         [](auto& e) { server(e).stand_ins = StandInLook{.least_replicas = 0}; }},
        {"redis-lag", Verdict::warn, "down-after-milliseconds 5000",
         [](auto& e) {
             server(e).stand_ins = StandInLook{.down_after = std::chrono::seconds(5),
                                               .least_replicas = 1,
                                               .most_lag = std::chrono::seconds(10)};
         }},
        {"redis-slot", Verdict::warn, "[9263->-07c3]",
         [](auto& e) {
             server(e).stand_ins = StandInLook{.is_cluster = true, .moving = "[9263->-07c3]"};
         }},
        {"redis-reach", Verdict::fail, "no address",
         [](auto& e) {
             server(e).reach = {Step::resolve, "Host not found", false};
         }},
        {"redis-reach", Verdict::fail, "Nobody says",
         [](auto& e) {
             server(e).address = "redis+sentinel://one:26379,two:26379/site";
             server(e).reach = {Step::resolve, "no Sentinel answers", false};
         }},
        {"redis-reach", Verdict::fail, "Start Redis",
         [](auto& e) {
             server(e).reach = {Step::connect, "Connection refused", false};
         }},
        {"redis-reach", Verdict::fail, "cacert",
         [](auto& e) {
             server(e).reach = {Step::secure, "self-signed", false};
         }},
        {"redis-reach", Verdict::fail, "password",
         [](auto& e) {
             server(e).reach = {Step::log_in, "WRONGPASS", false};
         }},
        {"redis-reach", Verdict::fail, "does not answer",
         [](auto& e) {
             server(e).reach = {Step::log_in, "no answer in time", true};
         }},
        {"redis-reach", Verdict::fail, "is away", [](auto& e) { server(e).is_lost = true; }},
        {"redis-commands", Verdict::fail, "ACL SETUSER default +client|tracking ~bull:*",
         [](auto& e) {
             server(e).refusals = {{"+client|tracking", "NOPERM"}, {"~bull:*", "NOPERM"}};
         }},
        {"redis-commands", Verdict::fail, "has no command lpos",
         [](auto& e) {
             server(e).refusals = {{"+lpos", "ERR unknown command", true}};
         }},
        {"redis-role", Verdict::fail, "master", [](auto& e) { server(e).report->role = "slave"; }},
        {"redis-role", Verdict::fail, "node of a Cluster",
         [](auto& e) { server(e).report->is_cluster = true; }},
        {"redis-version", Verdict::advice, "6.2 or later",
         [](auto& e) { server(e).report->version = "5.0.7"; }},
        {"redis-version", Verdict::fail, "6.2 or later",
         [](auto& e) { server(e).report->version = "3.2.1"; }},
        {"redis-disk", Verdict::fail, "its log",
         [](auto& e) { server(e).report->can_write_disk = false; }},
        {"redis-eviction", Verdict::fail, "set noeviction",
         [](auto& e) { server(e).report->eviction = "volatile-ttl"; }},
        {"redis-eviction", Verdict::advice, "allkeys-lru",
         [](auto& e) { server(e).use = Use::cache; }},
        {"redis-persistence", Verdict::advice, "set appendonly yes",
         [](auto& e) {
             server(e).report->appends = false;
             server(e).report->snapshots = false;
         }},
        {"redis-memory", Verdict::warn, "85 MB of 100 MB",
         [](auto& e) { server(e).report->memory_used = 85 << 20; }},
        {"redis-memory", Verdict::fail, "raise maxmemory",
         [](auto& e) { server(e).report->memory_used = 95 << 20; }},
        {"redis-fragmentation", Verdict::advice, "activedefrag",
         [](auto& e) {
             server(e).report->memory_limit = 0;
             server(e).report->memory_used = 512 << 20;
         }},
        {"redis-clients", Verdict::warn, "9000 of 10000",
         [](auto& e) { server(e).report->clients = 9'000; }},
        {"redis-speed", Verdict::advice, "12 ms",
         [](auto& e) { server(e).p99 = microseconds(12'000); }},
        {"redis-speed", Verdict::advice, "2 scripts", [](auto& e) { server(e).slow_scripts = 2; }},
        {"redis-speed", Verdict::advice, "held up by fork",
         [](auto& e) {
             server(e).delays.push_back({.event = "fork", .worst = milliseconds(180)});
         }},
        {"redis-keys", Verdict::advice, "ballast",
         [](auto& e) { server(e).big_keys->push_back({.name = "ballast", .bytes = 20 << 20}); }},
        {"redis-clients", Verdict::warn, "9 of 10",
         [](auto& e) {
             server(e).report->client_limit = 10;
             server(e).report->clients = 3;
             server(e).planned_clients = 9;
         }},
        {"redis-clients", Verdict::advice, "30, planned are 14",
         [](auto& e) { server(e).planned_clients = 14; }},
        {"redis-clock", Verdict::warn, "5.0 s behind us",
         [](auto& e) { server(e).ahead = milliseconds(-5'000); }},
        {"redis-tls", Verdict::advice, "verify=off",
         [](auto& e) { server(e).is_unverified = true; }},
    };
}

std::vector<Trouble> work_troubles() {
    return {
        {"queue-paused", Verdict::warn, "tripos queue resume email",
         [](auto& e) { queue_of(e).is_paused = true; }},
        {"queue-workers", Verdict::fail, "3 jobs", [](auto& e) { queue_of(e).workers = 0; }},
        {"queue-workers", Verdict::warn, "tripos serve",
         [](auto& e) {
             queue_of(e).workers = 0;
             queue_of(e).counts.clear();
         }},
        {"queue-stuck", Verdict::fail, "for 90 s",
         [](auto& e) {
             queue_of(e).oldest_wait = milliseconds(90000);
             queue_of(e).ended = 0;
         }},
        {"queue-stuck", Verdict::warn, "is behind",
         [](auto& e) {
             queue_of(e).oldest_wait = milliseconds(90000);
             queue_of(e).newest_end = from_millis(1);
         }},
        {"queue-stalled", Verdict::warn, "2 jobs", [](auto& e) { queue_of(e).unlocked = 2; }},
        {"queue-marker", Verdict::fail, "pause email",
         [](auto& e) {
             queue_of(e).has_marker = false;
             queue_of(e).overdue = milliseconds(6'000);
         }},
        {"queue-prefix", Verdict::warn, "other",
         [](auto& e) { queue_of(e).strays.push_back("other"); }},
        {"queue-failures", Verdict::warn, "3 times: 550 no such mailbox",
         [](auto& e) {
             queue_of(e).failed = 400;
             queue_of(e).reasons["550 no such mailbox"] = 3;
         }},
        {"cache-tracking", Verdict::warn, "CLIENT TRACKING",
         [](auto& e) { e.cache.seen->is_tracking = false; }},
        {"cache-staleness", Verdict::warn, "1.5 s",
         [](auto& e) { e.cache.seen->staleness = milliseconds(1'500); }},
        {"cache-hits", Verdict::advice, "50 %",
         [](auto& e) { e.cache.seen->families[0].misses = 900; }},
        {"database-reach", Verdict::fail, "refused",
         [](auto& e) { e.database.seen->problem = "refused"; }},
        {"database-site", Verdict::fail, "no site",
         [](auto& e) { e.database.seen->has_site = false; }},
        {"database-log", Verdict::warn, "300 MB",
         [](auto& e) { e.database.seen->log_bytes = 300 << 20; }},
        {"database-durability", Verdict::fail, "fsync is off",
         [](auto& e) { e.database.seen->unsafe = "fsync is off"; }},
        {"database-integrity", Verdict::fail, "backup",
         [](auto& e) { e.database.seen->damage = "row 3 missing"; }},
        {"mail-outbox", Verdict::fail, "120 s",
         [](auto& e) { e.outbox.seen->oldest = milliseconds(120'000); }},
        {"mail-codes", Verdict::fail, "90 s",
         [](auto& e) { e.outbox.seen->urgent = milliseconds(90000); }},
        {"mail-doubt", Verdict::advice, "2 mails", [](auto& e) { e.outbox.seen->in_doubt = 2; }},
        {"mail-relay", Verdict::fail, "AUTH fails",
         [](auto& e) { e.relays.seen->front().step = "AUTH"; }},
        {"mail-relay", Verdict::fail, "The relay of newsletters smtp://bulk:587",
         [](auto& e) { e.relays.seen->back().step = "TLS"; }},
        {"mail-send", Verdict::fail, "fail_message: 554 spam",
         [](auto& e) { e.sent.seen = SentLook{.outcome = "fail_message", .reply = "554 spam"}; }},
        {"site-seal", Verdict::fail, "3 mails", [](auto& e) { e.outbox.seen->unreadable = 3; }},
        {"site-proxy", Verdict::warn, "TRUSTED_PROXIES",
         [](auto& e) { e.address.seen->ignores_proxy = true; }},
        {"database-readers", Verdict::warn, "psql, process 77",
         [](auto& e) {
             e.database.seen->oldest_transaction = milliseconds(61'000);
             e.database.seen->oldest_holder = "psql, process 77";
         }},
        {"cache-journal", Verdict::warn, "2 keys, for 61 s",
         [](auto& e) {
             e.cache.seen->journal = 2;
             e.cache.seen->journal_age = milliseconds(61'000);
         }},
        {"host-disk", Verdict::warn, "5.0 GB of 100 GB",
         [](auto& e) { e.host.seen->free_bytes = 5ULL << 30; }},
        {"host-disk", Verdict::fail, "is full", [](auto& e) { e.host.seen->free_bytes = 5 << 20; }},
        {"host-sync", Verdict::advice, "50 ms",
         [](auto& e) { e.host.seen->sync = microseconds(50'000); }},
        {"host-sync", Verdict::warn, "250 ms",
         [](auto& e) { e.host.seen->sync = microseconds(250'000); }},
        {"host-modes", Verdict::warn, "chmod 0600 'data/x'",
         [](auto& e) {
             e.host.seen->open_files.push_back(
                 {.path = "data/x", .what = "mode 0644", .wanted = 0600});
         }},
        {"host-network", Verdict::fail, "local disk",
         [](auto& e) { e.host.seen->is_network = true; }},
        {"host-descriptors", Verdict::advice, "1024",
         [](auto& e) { e.host.seen->descriptors = 1'024; }},
        {"host-clock", Verdict::advice, "set-ntp",
         [](auto& e) { e.host.seen->is_synchronised = false; }},
        {"site-looks", Verdict::warn, "no answer within 5.0 s",
         [](auto& e) {
             e.relays = {.seen = {}, .why_not = "no answer within 5.0 s", .is_late = true};
         }},
        {"site-address", Verdict::warn, "chain",
         [](auto& e) { e.address.seen->is_untrusted = true; }},
        {"site-address", Verdict::warn, "refused",
         [](auto& e) { e.address.seen->problem = "refused"; }},
        {"site-address", Verdict::warn, "is not this site",
         [](auto& e) { e.address.seen->instance = ""; }},
        {"site-address", Verdict::warn, "another site",
         [](auto& e) { e.address.seen->instance = "b"; }},
        {"site-certificate", Verdict::warn, "ends soon",
         [](auto& e) { e.address.seen->certificate_ends = from_millis(10 * kDay); }},
        {"site-running", Verdict::advice, "tripos serve",
         [](auto& e) { e.site.seen->is_running = false; }},
        {"site-backup", Verdict::warn, "27 hours",
         [](auto& e) { e.site.seen->backup_age = std::chrono::hours(27); }},
        {"site-held", Verdict::fail, "tripos restore release",
         [](auto& e) { e.site.seen->is_held = true; }},
        {"site-clock", Verdict::fail, "tripos clock accept",
         [](auto& e) { e.site.seen->held_back = milliseconds(90000); }},
        {"site-secrets", Verdict::warn, "repeats itself",
         [](auto& e) { e.site.seen->weak_secrets->push_back("X repeats itself"); }},
        {"site-secrets", Verdict::warn, "chmod 0600 '.env'",
         [](auto& e) { e.site.seen->open_settings = {".env"}; }},
    };
}

void expect_diagnosis(const Trouble& trouble) {
    auto evidence = good();
    trouble.spoil(evidence);
    const auto found = complaints(examine(evidence));
    ASSERT_EQ(found.size(), 1U) << trouble.id << ' ' << trouble.word;
    const auto& one = found.front();
    EXPECT_EQ(one.id, trouble.id);
    EXPECT_EQ(one.verdict, trouble.verdict) << trouble.id;
    const auto all = one.text + '\n' + one.evidence + '\n' + one.cure;
    EXPECT_NE(all.find(trouble.word), std::string::npos) << trouble.id << ": " << all;
    EXPECT_FALSE(one.cure.empty()) << trouble.id;
}

TEST(Checks, HaveNothingToSayAboutAGoodSite) {
    for (const auto& finding : examine(good())) {
        EXPECT_EQ(finding.verdict, Verdict::ok) << finding.id << ": " << finding.text;
        EXPECT_EQ(finding.cure, "") << finding.id;
    }
}

TEST(Checks, NameWhatIsWrongWithRedisAndNothingElse) {
    for (const auto& trouble : redis_troubles()) {
        expect_diagnosis(trouble);
    }
}

TEST(Checks, NameWhatIsWrongWithTheWorkAndNothingElse) {
    for (const auto& trouble : work_troubles()) {
        expect_diagnosis(trouble);
    }
}

TEST(Checks, AreEachBrokenByATestOfTheirOwn) {
    std::set<std::string> broken = {"mail-dns", "mail-spf", "mail-dkim",
                                    "mail-dmarc"};  // sender_test
    for (const auto& troubles : {redis_troubles(), work_troubles()}) {
        for (const auto& trouble : troubles) {
            broken.insert(trouble.id);
        }
    }
    for (const auto& check : checks()) {
        EXPECT_TRUE(broken.contains(std::string(check.id))) << check.id;
    }
}

TEST(Checks, HaveIdsOfTheirOwnAndStandByArea) {
    std::set<std::string_view> ids;
    for (const auto& check : checks()) {
        EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    }
    const std::set<std::string> once(areas().begin(), areas().end());
    EXPECT_EQ(once.size(), areas().size());
}

TEST(Checks, NamePausedAndWorkersBothWhereBothAreTrue) {
    auto evidence = good();
    queue_of(evidence).is_paused = true;
    queue_of(evidence).workers = 0;
    const auto found = complaints(examine(evidence));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].id, "queue-workers");
    EXPECT_EQ(found[1].id, "queue-paused");
}

TEST(Checks, AccuseAHeldSiteOfNothingButThat) {
    auto evidence = good();
    queue_of(evidence).workers = 0;
    evidence.outbox.seen->oldest = milliseconds(7'200'000);
    evidence.site.seen->is_held = true;
    const auto found = complaints(examine(evidence));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "site-held");
    evidence.site.seen->is_held.reset();  // as `tripos doctor` sees it
    evidence.site.seen->told = found;
    EXPECT_EQ(complaints(examine(evidence)), found);
}

TEST(Checks, AccuseNobodyOfWhatWasNotSeen) {
    for (const auto& finding : examine(Evidence())) {
        if (finding.id != "site-looks") {
            EXPECT_EQ(finding.verdict, Verdict::skipped) << finding.id;
        }
    }
    EXPECT_EQ(worst(examine(Evidence())), Verdict::ok);
}

TEST(Checks, PraiseNoRedisServerForWhatNobodyLookedAt) {
    auto evidence = good();
    server(evidence).address = "redis+sentinel://cache.example.org/main";
    server(evidence).stand_ins.reset();
    server(evidence).big_keys.reset();
    std::set<std::string> skipped;
    for (const auto& finding : examine(evidence, "redis")) {
        if (finding.verdict == Verdict::skipped) {
            skipped.insert(finding.id);
        }
    }
    EXPECT_EQ(skipped,
              (std::set<std::string>{"redis-keys", "redis-quorum", "redis-lag", "redis-slot"}));
}

TEST(Checks, WarnOfAnAreaThatWasAskedForAndStaysDarkThroughAFailure) {
    Evidence evidence;
    EXPECT_EQ(worst(examine(evidence, "host")), Verdict::ok);  // nobody meant to look
    evidence.host.why_not = "/data: No such file or directory";
    evidence.host.has_failed = true;
    const auto found = complaints(examine(evidence, "host"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].evidence, "/data: No such file or directory");
    EXPECT_EQ(worst(examine(evidence)), Verdict::ok);  // of all areas others say it
}

TEST(Checks, TellTheEndOfATestMailWhateverAreaIsAskedFor) {
    Evidence evidence;
    evidence.sent = looked_at(SentLook{.outcome = "not sent", .reply = "no server runs"});
    const auto found = complaints(examine(evidence, "redis"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "mail-send");
}

TEST(Checks, TakeTheWordOfTheServerForWhatTheyDidNotSee) {
    auto evidence = good();
    evidence.outbox = {};
    const Finding told{
        .id = "mail-outbox", .verdict = Verdict::fail, .text = "Mails are not queued"};
    const Finding doubted{.id = "redis-reach", .verdict = Verdict::fail, .text = "away"};
    evidence.site.seen->told = {told, doubted};
    EXPECT_EQ(complaints(examine(evidence)),
              std::vector<Finding>{told});  // Redis was seen from here
}

TEST(Checks, AreNotHastyAboutWhatPasses) {
    auto evidence = good();
    evidence.database.seen->oldest_transaction = milliseconds(59'000);
    evidence.cache.seen->journal = 9;
    evidence.cache.seen->journal_age = milliseconds(59'000);
    server(evidence).planned_clients = 8'000;
    EXPECT_TRUE(complaints(examine(evidence)).empty());
    server(evidence).planned_clients = 15;
    EXPECT_TRUE(complaints(examine(evidence)).empty());
}

TEST(Checks, LetSeveralProcessesServeASite) {
    auto evidence = good();
    evidence.address.seen->instance = "b";
    evidence.address.seen->may_be_many = true;
    EXPECT_TRUE(complaints(examine(evidence)).empty());
}

TEST(Checks, LetACacheEvict) {
    auto look = good_server();
    look.use = Use::cache;
    look.report->eviction = "allkeys-lru";
    look.report->appends = false;
    look.report->snapshots = false;
    look.report->memory_used = look.report->memory_limit;
    EXPECT_TRUE(judge_server(look).empty());
}

}  // namespace
}  // namespace tripos::doctor
