// SPDX-License-Identifier: MIT
// Owning a cache suffices: it ends what it began, whoever ends first.

#include "cache_site.hpp"

namespace tripos::cache {
namespace {

using test::await;
using test::Source;
using test::TestRedis;

TEST(Cache, EndsWhatItBeganWhenItsOwnerEnds) {
    TestRedis server;
    Metrics metrics;
    IoThreads threads(2);
    redis::Client client(threads.all(), {.endpoint = *redis::parse_url(server.url())});
    { const Cache never_ran(client, {}, metrics); }
    threads.start();
    client.start();
    run_blocking(threads.background(), client.command({"PING"}));
    for (std::size_t i = 0; i < 10; ++i) {
        Source source("v");
        try {
            Cache cache(client, {}, metrics);
            const auto papers =
                cache.declare({.name = "paper", .pattern = "{0}", .early_refresh = 1e9});
            const auto read = [&] {
                run_blocking(threads.request(i % 2),
                             cache.get_or_set(papers.key(std::to_string(i)), source.loader()));
            };
            read();
            source.hold();
            await([&] {
                read();
                return source.running() == 1;  // a refresh, for which nobody waits
            });
            throw SystemError("test", "between the cache's construction and its stop()");
        } catch (const SystemError&) {
            EXPECT_EQ(source.running(), 0);
        }
    }
    run_blocking(threads.background(), client.stop());
}

}  // namespace
}  // namespace tripos::cache
