// SPDX-License-Identifier: MIT
// Writers that gather what their transaction changes, and what is left when they die between COMMIT
// and invalidation.
#include "cache/write_scope.hpp"

#include "cache/outbox.hpp"
#include "cache_site.hpp"

namespace tripos::cache {
namespace {

using test::await;
using test::Site;
using test::SiteOptions;
using test::Source;
using test::TestRedis;
using test::with;
using namespace std::chrono_literals;

SiteOptions tagged(Seams seams = Seams()) {
    SiteOptions options;
    options.family.tags = {"tag:{0}"};
    options.seams = std::move(seams);
    return options;
}

std::string strictly(Site& site, const std::string& id, Source& source) {
    return site.get(id, source, with(Freshness::strict()));
}

/// Until a read of "k" is stored in Redis.
void await_stored(Site& site, const TestRedis& server, Source& source) {
    await([&] {
        site.get("k", source);
        return server.raw({"EXISTS", "k"}) == ":1\r\n";
    });
}

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++found;
    }
    return found;
}

TEST(WriteScope, InvalidatesEverythingAfterTheCommitInOneRoundTrip) {
    TestRedis server;
    server.raw({"CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "10000"});
    Site writer(server, tagged());
    Site reader(server, tagged());
    Source source("v0");
    for (const char* id : {"key", "tagged", "other"}) {
        reader.warm(id, source);
    }
    WriteScope writes(writer.cache());
    writes.del(writer.key("key"));
    writes.invalidate_tag("tag:tagged");
    source.change("v1");
    EXPECT_EQ(strictly(reader, "key", source), "v0") << "nothing ends before the commit";
    writer.run(writes.committed());
    EXPECT_EQ(strictly(reader, "key", source), "v1");
    EXPECT_EQ(strictly(reader, "tagged", source), "v1");
    EXPECT_EQ(strictly(reader, "other", source), "v0");
    const auto said = server.raw({"SLOWLOG", "GET", "-1"});
    EXPECT_EQ(count(said, "UNLINK") - count(said, "cachebeat"), 1U);  // but for signs of life
}

TEST(WriteScope, RolledBackInvalidatesNothing) {
    TestRedis server;
    Site site(server, tagged());
    Source source("v0");
    site.warm("k", source);
    {
        WriteScope writes(site.cache());
        writes.del(site.key("k"));
    }
    EXPECT_EQ(strictly(site, "k", source), "v0");
    EXPECT_EQ(source.runs(), 1);
}

/// W guards, R begins to load v0, W commits v1 and dies, R stores.
std::string read_after_the_guarded_writer_died(Seams seams) {
    TestRedis server;
    Site reader(server, tagged(std::move(seams)));
    Source source("v0");
    reader.warm("k", source);
    {
        Site writer(server, tagged());
        WriteScope writes(writer.cache());
        writes.del(writer.key("k"));
        EXPECT_TRUE(writer.run(writes.guard(60s)));
        source.hold();
        auto slow = reader.begin(0, "k", source, with(Freshness::strict()));
        await([&] { return source.running() == 1; });
        source.change("v1");
        source.release();
        EXPECT_EQ(*slow.get(), "v0");
    }
    return strictly(reader, "k", source);
}

TEST(WriteScope, GuardedWriterMayDieBetweenCommitAndInvalidation) {
    EXPECT_EQ(read_after_the_guarded_writer_died(Seams()), "v1");
    EXPECT_EQ(read_after_the_guarded_writer_died({.check_guards = false}), "v0");
}

TEST(WriteScope, GuardOfADeadWriterEndsByItself) {
    TestRedis server;
    Site site(server, tagged());
    Source source("v0");
    WriteScope writes(site.cache());
    writes.del(site.key("k"));
    ASSERT_TRUE(site.run(writes.guard(300ms)));
    EXPECT_EQ(site.get("k", source), "v0");
    EXPECT_EQ(server.raw({"EXISTS", "k"}), ":0\r\n") << "answered, not stored";
    EXPECT_EQ(server.raw({"EXISTS", "{k}:lease"}), ":0\r\n") << "the next one may load at once";
    await_stored(site, server, source);
}

TEST(WriteScope, GuardOfADeadWriterDoesNotLiveOffTheOthers) {
    TestRedis server;
    Site site(server, tagged());
    Source source("v0");
    WriteScope dead(site.cache());
    dead.del(site.key("k"));
    ASSERT_TRUE(site.run(dead.guard(300ms)));
    WriteScope other(site.cache());
    other.del(site.key("k"));
    ASSERT_TRUE(site.run(other.guard(60s)));
    site.run(other.committed());
    await_stored(site, server, source);
}

TEST(WriteScope, ShortGuardDoesNotEndALongerOne) {
    TestRedis server;
    Site site(server, tagged());
    WriteScope long_one(site.cache());
    WriteScope short_one(site.cache());
    for (auto* const writes : {&long_one, &short_one}) {
        writes->del(site.key("k"));
    }
    ASSERT_TRUE(site.run(long_one.guard(60s)));
    ASSERT_TRUE(site.run(short_one.guard(1s)));
    EXPECT_GT(std::stoi(server.raw({"PTTL", "{k}:guards"}).substr(1)), 30'000);
}

TEST(WriteScope, ValueIsStoredAgainWhenTheLastOfItsWritersHasCommitted) {
    TestRedis server;
    Site one(server, tagged());
    Site other(server, tagged());
    Source source("v0");
    WriteScope first(one.cache());
    WriteScope second(other.cache());
    first.del(one.key("k"));
    second.del(other.key("k"));
    second.invalidate_tag("tag:t");
    one.warm("t", source);
    ASSERT_TRUE(one.run(first.guard(60s)));
    ASSERT_TRUE(other.run(second.guard(30s)));
    one.run(first.committed());
    one.get("k", source);
    EXPECT_EQ(server.raw({"EXISTS", "k"}), ":0\r\n");
    source.change("v1");
    other.run(second.committed());
    EXPECT_EQ(one.get("k", source, with(Freshness::strict())), "v1");
    EXPECT_EQ(server.raw({"EXISTS", "k"}), ":1\r\n");
    EXPECT_EQ(server.raw({"EXISTS", "{k}:guards"}), ":0\r\n");
    EXPECT_EQ(strictly(one, "t", source), "v1");
}

/// Evicted, it would be gone unseen: a reader could store what it read before the commit.
TEST(WriteScope, NothingIsGuardedWhereAGuardCouldBeEvicted) {
    TestRedis server(TestRedis::Persistence::none,
                     "maxmemory 100mb\nmaxmemory-policy allkeys-lru\n");
    Site site(server);
    Source source("v0");
    site.warm("k", source);
    WriteScope writes(site.cache());
    writes.del(site.key("k"));
    EXPECT_FALSE(site.run(writes.guard(5s)));
    EXPECT_EQ(server.raw({"EXISTS", "k", "{k}:guards"}), ":1\r\n");
    source.change("v1");
    site.run(writes.committed());
    EXPECT_EQ(strictly(site, "k", source), "v1");
    source.change("v2");
    site.run(site.cache().set(site.key("k"), source.loader()));
    EXPECT_EQ(server.raw({"EXISTS", "k", "{k}:guards"}), ":1\r\n") << "the lease alone will do";
    EXPECT_EQ(strictly(site, "k", source), "v2");
}

/// W1 sets v1; before it has stored it, W2 commits v2 and `ends` the value.
std::string read_after_an_overtaken_set(const std::function<void(Site&)>& ends) {
    TestRedis server;
    Site one(server);
    Site other(server);
    Source source("v0");
    other.warm("k", source);
    source.change("v1");
    source.hold();
    auto slow = asio::co_spawn(one.context(), one.cache().set(one.key("k"), source.loader()),
                               asio::use_future);
    await([&] { return source.running() == 1; });
    source.change("v2");
    ends(other);
    source.release();
    slow.get();
    EXPECT_EQ(server.raw({"EXISTS", "{k}:guards"}), ":0\r\n");
    return strictly(other, "k", source);
}

TEST(Set, NeverStoresWhatAnotherWriteHasOvertaken) {
    EXPECT_EQ(read_after_an_overtaken_set([](Site& other) { other.del("k"); }), "v2");
    EXPECT_EQ(read_after_an_overtaken_set([](Site& other) {
                  WriteScope writes(other.cache());
                  writes.del(other.key("k"));
                  EXPECT_TRUE(other.run(writes.guard(5s)));
                  other.run(writes.committed());
              }),
              "v2");
    EXPECT_EQ(read_after_an_overtaken_set([](Site& other) {
                  Source newest("v2");
                  other.run(other.cache().set(other.key("k"), newest.loader()));
              }),
              "v2");
}

TEST(Set, KeepsOthersFromStoringUntilItHasCommitted) {
    TestRedis server;
    Site one(server);
    Site other(server);
    Source source("v0");
    other.warm("k", source);
    Source write("v1");
    write.hold();
    auto slow = asio::co_spawn(one.context(), one.cache().set(one.key("k"), write.loader()),
                               asio::use_future);
    await([&] { return write.running() == 1; });
    server.raw({"UNLINK", "{k}:lease"});  // a reader does not wait for the writer then
    EXPECT_EQ(other.get("k", source), "v0");
    EXPECT_EQ(server.raw({"EXISTS", "k"}), ":0\r\n");
    source.change("v1");
    write.release();
    slow.get();
    EXPECT_EQ(strictly(other, "k", source), "v1");
}

TEST(Set, ThatFailsEndsTheValueAndGivesUpItsGuard) {
    TestRedis server;
    Site site(server);
    Source source("v0");
    site.warm("k", source);
    Source broken("never");
    broken.fail(true);
    EXPECT_THROW(site.run(site.cache().set(site.key("k"), broken.loader())), SystemError);
    EXPECT_EQ(server.raw({"EXISTS", "k", "{k}:guards", "{k}:lease"}), ":0\r\n");
    EXPECT_EQ(site.get("k", source), "v0");
}

TEST(WriteScope, WithoutRedisNothingIsGuardedAndTheInvalidationIsRemembered) {
    TestRedis server;
    Site site(server, tagged());
    Source source("v0");
    site.warm("k", source);
    server.pause();
    WriteScope writes(site.cache());
    writes.del(site.key("k"));
    EXPECT_FALSE(site.run(writes.guard(60s)));
    source.change("v1");
    site.run(writes.committed());
    EXPECT_EQ(site.get("k", source), "v1");
    server.resume();
    await([&] { return site.cache().stats().journal == 0; });
    EXPECT_EQ(strictly(site, "k", source), "v1");
}

/// A table of a database, in memory.
class Table final : public Outbox {
  public:
    void add(std::string record) {
        rows_.push_back({.id = ++last_id_, .record = std::move(record)});
    }
    std::size_t size() const { return rows_.size(); }

    Task<std::vector<OutboxRow>> oldest(std::size_t limit) override {
        co_return std::vector<OutboxRow>(
            rows_.begin(),
            rows_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, rows_.size())));
    }
    Task<> remove(std::vector<std::int64_t> ids) override {
        std::erase_if(rows_, [&ids](const OutboxRow& row) {
            return std::find(ids.begin(), ids.end(), row.id) != ids.end();
        });
        co_return;
    }

  private:
    std::vector<OutboxRow> rows_;
    std::int64_t last_id_ = 0;
};

TEST(Outbox, RepeatsWhatADeadWriterLeftBehind) {
    TestRedis server;
    Site reader(server, tagged());
    Source source("v0");
    reader.warm("key", source);
    reader.warm("tagged", source);
    Table table;
    {
        Site writer(server, tagged());
        WriteScope writes(writer.cache());
        writes.del(writer.key("key"));
        writes.invalidate_tag("tag:tagged");
        table.add(writes.record());
        source.change("v1");  // and dies
    }
    EXPECT_EQ(strictly(reader, "key", source), "v0");
    for (int i = 0; i < 250; ++i) {
        table.add("key unknown:" + std::to_string(i) + "\n");
    }
    EXPECT_EQ(reader.run(relay(reader.cache(), table)), 251U);
    EXPECT_EQ(table.size(), 0U);
    EXPECT_EQ(strictly(reader, "key", source), "v1");
    EXPECT_EQ(strictly(reader, "tagged", source), "v1");
}

TEST(Outbox, RowsStayUntilRedisHasConfirmedThem) {
    TestRedis server;
    Site site(server, tagged());
    Table table;
    table.add("key k\n");
    server.pause();
    EXPECT_EQ(site.run(relay(site.cache(), table)), 0U);
    EXPECT_EQ(table.size(), 1U);
    server.resume();
    await([&] { return site.run(relay(site.cache(), table)) == 1; });
    EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace tripos::cache
