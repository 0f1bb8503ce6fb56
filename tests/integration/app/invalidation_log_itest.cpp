// SPDX-License-Identifier: MIT
// What a transaction announces stays in the log until the transaction has ended, however long it
// takes.
#include "app/invalidation_log.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "async/io_threads.hpp"
#include "cache/write_scope.hpp"
#include "support/test_database.hpp"
#include "support/test_redis.hpp"

namespace tripos::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kSlow = 1'600ms;  ///< beyond three rounds of the log

cache::FamilyOptions paper() {
    return {.name = "paper", .pattern = "paper:{0}", .ttl = 60s};
}

/// One server: its cache and its log, started.
class Server {
  public:
    Server(test::TestRedis& redis, test::TestDatabase& database) : threads_(1) {
        redis::ConnectionOptions connection;
        connection.endpoint = *redis::parse_url(redis.url());
        client_ = std::make_unique<redis::Client>(threads_.all(), connection);
        threads_.start();
        client_->start();
        cache_ = std::make_unique<cache::Cache>(*client_, cache::CacheOptions(), metrics_);
        family_ = cache_->declare(paper());
        log_ = std::make_unique<InvalidationLog>(Parts{.database = database.database(),
                                                       .cache = *cache_,
                                                       .clock = clock_,
                                                       .wall = clock_,
                                                       .random = random_,
                                                       .metrics = metrics_,
                                                       .background = threads_.background()});
        database.migrate(log_->migrations());
        run(log_->start());
    }
    ~Server() {
        run(log_->stop(0ms));
        log_.reset();
        cache_.reset();
        run(client_->stop());
        threads_.stop();
    }

    template <class T>
    T run(Task<T> task) {
        return begin(std::move(task)).get();
    }
    template <class T>
    auto begin(Task<T> task) {
        return asio::co_spawn(threads_.background(), std::move(task), asio::use_future);
    }

    cache::Cache& cache() { return *cache_; }
    auto key() const { return family_->key("1"); }
    std::string read(const std::string& stored) {
        auto load = [stored]() -> Task<cache::Bytes> {
            co_return std::make_shared<const std::string>(stored);
        };
        const cache::Call call{.freshness = cache::Freshness::strict()};
        return *run(cache_->get_or_set(key(), std::move(load), call));
    }

  private:
    IoThreads threads_;
    Metrics metrics_;
    SystemClock clock_;
    SecureRandom random_;
    std::unique_ptr<redis::Client> client_;
    std::unique_ptr<cache::Cache> cache_;
    std::optional<cache::FamilyOf<std::string>> family_;
    std::unique_ptr<InvalidationLog> log_;
};

/// Its last statement waits, as for another server's lock; meanwhile somebody reads what is about
/// to change. Then its writer is gone between COMMIT and invalidation.
TEST(InvalidationLog, KeepsWhatASlowTransactionAnnounced) {
    test::TestRedis redis;
    test::TestDatabase database(sql::Engine::sqlite);
    Server server(redis, database);
    ASSERT_EQ(server.read("v0"), "v0");

    cache::WriteScope writes(server.cache());
    writes.del(server.key());
    std::promise<void> lock;
    auto change = [&](sql::Session& session) {
        session.execute("CREATE TABLE changed (id BIGINT)");
        writes.announce();
        lock.get_future().wait();
    };
    auto write = server.begin(database.database().write(std::move(change)));
    std::this_thread::sleep_for(kSlow);
    ASSERT_EQ(server.read("v0"), "v0");
    lock.set_value();
    write.get();

    const auto give_up_at = std::chrono::steady_clock::now() + 10s;
    std::string seen;
    while (seen != "v1" && std::chrono::steady_clock::now() < give_up_at) {
        seen = server.read("v1");
    }
    EXPECT_EQ(seen, "v1") << "the cache keeps what was read before the COMMIT";
}

}  // namespace
}  // namespace tripos::app
