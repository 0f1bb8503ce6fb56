// SPDX-License-Identifier: MIT
#pragma once
// A cache on a real Redis for one test: two request contexts, one family, loaders that count and
// can be held. Not thread-safe.

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <future>
#include <thread>

#include "async/io_threads.hpp"
#include "cache/cache.hpp"
#include "cache/detail/seams.hpp"
#include "support/test_redis.hpp"

namespace tripos::cache::test {

using namespace std::chrono_literals;
using tripos::test::TestRedis;

/// Counts its runs; a held one waits for release().
class Source {
  public:
    explicit Source(std::string value) : value_(std::move(value)) {}

    Loader loader() {
        return [this] { return load(); };
    }
    void change(std::string value) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
    }
    void fail(bool does_fail) { fails_ = does_fail; }
    void hold() { held_ = true; }
    void release() { held_ = false; }
    int runs() const { return runs_; }
    int running() const { return running_; }

  private:
    Task<Bytes> load();

    std::mutex mutex_;
    std::string value_;
    std::atomic<bool> held_ = false;
    std::atomic<bool> fails_ = false;
    std::atomic<int> runs_ = 0;
    std::atomic<int> running_ = 0;
};

struct SiteOptions {
    std::string url = {};  ///< empty: the server's own
    std::string prefix = {};
    FamilyOptions family = {.name = "paper", .pattern = "{0}", .ttl = 60s};
    CacheOptions cache = {};
    Seams seams = {};
    bool awaits_tracking = true;
    std::chrono::milliseconds command_limit = 200ms;  ///< of Redis; beyond it callers load
};

/// A process with a client and a cache.
class Site {
  public:
    explicit Site(TestRedis& server, SiteOptions options = SiteOptions());
    ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    Cache& cache() { return *cache_; }
    redis::Client& client() { return *client_; }
    Metrics& metrics() { return metrics_; }
    IoThreads& threads() { return threads_; }
    asio::io_context& context(std::size_t index = 0) { return threads_.request(index); }

    template <class T>
    T run(Task<T> task) {
        return run_blocking(context(), std::move(task));
    }
    KeyOf<std::string> key(const std::string& id) const { return family_->key(id); }
    std::string get(const std::string& id, Source& source, Call call = Call());
    std::future<Bytes> begin(std::size_t index, const std::string& id, Source& source,
                             Call call = Call());
    void del(const std::string& id) { run(cache_->del(key(id))); }
    /// Loads it, and reads it once more: now this process has it.
    void warm(const std::string& id, Source& source);
    FamilyStats stats() const { return cache_->stats().families.front(); }

  private:
    Metrics metrics_;
    IoThreads threads_;
    std::unique_ptr<redis::Client> client_;
    std::unique_ptr<Cache> cache_;
    std::optional<FamilyOf<std::string>> family_;
};

/// Until the condition holds; fails the test after 20 s.
void await(const std::function<bool()>& condition);

inline Call with(Freshness freshness) {
    return Call{.freshness = freshness};
}

}  // namespace tripos::cache::test
