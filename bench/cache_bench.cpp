// SPDX-License-Identifier: MIT
// cache_bench <mode> <socket> <count> ...: our side of `./dev bench cache`. Each run measures one
// thing on a Redis that is given to it and prints one JSON object; cache_load.py has the rest.
//
//   hit <count> <threads>     values that this process has
//   floor <count> <threads>   the same of a std::unordered_map under a mutex
//   redis <count>             values that only Redis has, 100 in flight
//   many <count>              128 keys at once that this process has
//   stampede <count>          after a line on standard input, so many readers of each of 10 keys;
//                             two processes do this at once

#include <algorithm>
#include <atomic>
#include <barrier>
#include <boost/json.hpp>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <new>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "async/io_threads.hpp"
#include "async/task_group.hpp"
#include "cache/cache.hpp"
#include "process_usage.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"
#include "telemetry/metrics.hpp"

namespace {

thread_local std::uint64_t t_allocations = 0;

}  // namespace

// Counts allocations of this program: a hit in the process must make none.
void* operator new(std::size_t size) {
    ++t_allocations;
    if (void* memory = std::malloc(size)) {  // NOLINT
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);  // NOLINT
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);  // NOLINT
}

namespace tripos::cache {
namespace {

namespace json = boost::json;
using bench::cpu_seconds;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kKeys = 1'000;
constexpr std::size_t kStep = 7'919;  // a prime: neighbours in time are not neighbours in memory
constexpr std::size_t kInFlight = 100;
constexpr std::size_t kTogether = 128;
constexpr std::size_t kHotKeys = 10;
constexpr std::int64_t kBatch = 1'000;  // lookups per time stamp

struct Document {
    std::int64_t id = 0;
    std::string title;
};

std::string text_of_a_value() {
    json::array questions;
    for (int id = 0; id < 8; ++id) {
        questions.push_back(
            {{"id", id}, {"statement", "a statement of a usual length"}, {"marks", 4}});
    }
    json::object value{{"id", 42}, {"title", "An exam"}, {"description", std::string(400, 'x')}};
    value["questions"] = std::move(questions);
    return json::serialize(value);
}

std::shared_ptr<const Document> read_document(Bytes bytes) {
    const json::value value = json::parse(*bytes);
    return std::make_shared<const Document>(
        Document{.id = value.at("id").to_number<std::int64_t>(),
                 .title = std::string(value.at("title").as_string())});
}

/// Nanoseconds per operation of each batch, and allocations, of all threads.
struct Samples {
    std::mutex mutex;
    std::vector<double> nanos;
    std::uint64_t allocations = 0;

    void add(const std::vector<double>& some, std::uint64_t allocated) {
        const std::lock_guard lock(mutex);
        nanos.insert(nanos.end(), some.begin(), some.end());
        allocations += allocated;
    }
    json::object result(std::int64_t operations, double seconds) {
        std::sort(nanos.begin(), nanos.end());
        json::object object;
        object["operations"] = operations;
        object["seconds"] = seconds;
        object["median_ns"] = nanos.at(nanos.size() / 2);
        object["p99_ns"] = nanos.at(nanos.size() * 99 / 100);
        object["allocations"] = allocations;
        return object;
    }
};

/// `look(i)` on each thread, `count` times in all; whether it found its value.
template <class Look>
json::object time_lookups(std::int64_t count, std::size_t threads, Look look) {
    Samples samples;
    std::atomic<std::int64_t> missed = 0;
    std::barrier start(static_cast<std::ptrdiff_t>(threads) + 1);
    std::vector<std::jthread> running;
    const auto batches = count / kBatch / static_cast<std::int64_t>(threads);
    for (std::size_t thread = 0; thread < threads; ++thread) {
        running.emplace_back([&, thread] {
            std::vector<double> nanos;
            nanos.reserve(static_cast<std::size_t>(batches));
            std::size_t next = thread * 31;
            std::int64_t found = 0;
            start.arrive_and_wait();
            const auto before = t_allocations;
            for (std::int64_t batch = 0; batch < batches; ++batch) {
                const auto began = Steady::now();
                for (std::int64_t i = 0; i < kBatch; ++i, next += kStep) {
                    found += look(next % kKeys) ? 1 : 0;
                }
                const std::chrono::duration<double, std::nano> took = Steady::now() - began;
                nanos.push_back(took.count() / static_cast<double>(kBatch));
            }
            samples.add(nanos, t_allocations - before);
            missed += batches * kBatch - found;
        });
    }
    const auto began = Steady::now();
    start.arrive_and_wait();
    running.clear();
    const std::chrono::duration<double> took = Steady::now() - began;
    json::object result =
        samples.result(batches * kBatch * static_cast<std::int64_t>(threads), took.count());
    result["missed"] = missed.load();
    return result;
}

class Bench {
  public:
    Bench(const std::string& socket, CacheOptions options)
        : client_(threads_.all(), connection(socket)),
          cache_(client_, std::move(options), metrics_),
          documents_(cache_.declare<Document>(
              {.name = "documents", .pattern = "bench:{0}:value", .early_refresh = 0},
              read_document)),
          text_(std::make_shared<const std::string>(text_of_a_value())) {
        threads_.start();
        client_.start();
        for (std::size_t i = 0; i < kKeys; ++i) {
            names_.push_back(std::to_string(i));
        }
    }
    ~Bench() {
        run_blocking(context(), cache_.stop());
        run_blocking(context(), client_.stop());
        threads_.stop();
    }

    json::object hit(std::int64_t count, std::size_t threads);
    Task<json::object> redis(std::int64_t count);
    Task<json::object> many(std::int64_t count);
    json::object stampede(std::int64_t count);
    asio::io_context& context() { return threads_.request(0); }

    Task<> warm();

  private:
    static redis::ConnectionOptions connection(const std::string& socket) {
        return {.endpoint = redis::parse_url("unix://" + socket).value()};
    }
    KeyOf<Document> key(std::size_t index) { return documents_.key(names_[index]); }
    Task<Bytes> load() { co_return text_; }
    Task<Bytes> load_slowly();
    Task<> read_some(std::int64_t count);
    Task<> read_hot(std::size_t index, Steady::time_point asked);
    Task<> storm(std::int64_t count);

    IoThreads threads_{1};
    Metrics metrics_;
    redis::Client client_;
    Cache cache_;
    FamilyOf<Document> documents_;
    Bytes text_;
    std::vector<std::string> names_;
    std::int64_t next_ = 0;
    std::int64_t loads_ = 0;
    std::vector<double> millis_;
};

/// The first look fills Redis, the second is answered by Redis and stays in the process, once the
/// process is coherent.
Task<> Bench::warm() {
    for (int round = 0; round < 100; ++round) {
        std::size_t here = 0;
        for (std::size_t i = 0; i < kKeys; ++i) {
            Loader loader = [this] { return load(); };
            co_await cache_.get_or_set(key(i), std::move(loader));
            here += cache_.peek(key(i)) ? 1 : 0;
        }
        if (here == kKeys || (round > 0 && cache_.stats().process_limit == 0)) {
            co_return;
        }
    }
    std::abort();
}

json::object Bench::hit(std::int64_t count, std::size_t threads) {
    run_blocking(context(), warm());
    return time_lookups(count, threads, [this](std::size_t index) {
        const auto found = cache_.peek(key(index));
        return found && found->id == 42;
    });
}

Task<> Bench::read_some(std::int64_t count) {
    while (next_ < count) {
        const auto index = static_cast<std::size_t>(next_++) * kStep % kKeys;
        Loader loader = [this] { return load(); };
        const auto found = co_await cache_.get_or_set(key(index), std::move(loader));
        if (!found || found->id != 42) {
            std::abort();
        }
    }
}

Task<json::object> Bench::redis(std::int64_t count) {
    co_await warm();
    const double cpu = cpu_seconds();
    const auto began = Steady::now();
    TaskGroup readers(co_await asio::this_coro::executor);
    for (std::size_t i = 0; i < kInFlight; ++i) {
        readers.spawn("reader", read_some(count));
    }
    co_await readers.join();
    const std::chrono::duration<double> took = Steady::now() - began;
    json::object result;
    result["operations"] = count;
    result["seconds"] = took.count();
    result["cpu"] = cpu_seconds() - cpu;
    result["loads"] = cache_.stats().families.at(0).loads;
    co_return result;
}

Task<json::object> Bench::many(std::int64_t count) {
    co_await warm();
    std::vector<double> nanos;
    for (std::int64_t i = 0; i < count; ++i) {
        std::vector<KeyOf<Document>> keys;
        keys.reserve(kTogether);
        const auto began = Steady::now();
        for (std::size_t k = 0; k < kTogether; ++k) {
            keys.push_back(key(k));
        }
        std::function<Loader(std::size_t)> loader_of = [this](std::size_t) {
            return [this] { return load(); };
        };
        const auto found = co_await cache_.get_or_set_many(std::move(keys), std::move(loader_of));
        const std::chrono::duration<double, std::nano> took = Steady::now() - began;
        if (found.size() != kTogether || !found.back()) {
            std::abort();
        }
        nanos.push_back(took.count());
    }
    Samples samples;
    samples.add(nanos, 0);
    const double all = std::accumulate(nanos.begin(), nanos.end(), 0.0);
    co_return samples.result(count, all / 1e9);
}

Task<Bytes> Bench::load_slowly() {
    ++loads_;
    co_await sleep_for(std::chrono::milliseconds(10));  // a query under load
    co_return text_;
}

Task<> Bench::read_hot(std::size_t index, Steady::time_point asked) {
    Loader loader = [this] { return load_slowly(); };
    const auto found = co_await cache_.get_or_set(key(index), std::move(loader));
    if (!found) {
        std::abort();
    }
    const std::chrono::duration<double, std::milli> took = Steady::now() - asked;
    millis_.push_back(took.count());
}

Task<> Bench::storm(std::int64_t count) {
    TaskGroup readers(co_await asio::this_coro::executor);
    const auto asked = Steady::now();
    for (std::int64_t i = 0; i < count; ++i) {
        readers.spawn("reader", read_hot(static_cast<std::size_t>(i) % kHotKeys, asked));
    }
    co_await readers.join();
}

json::object Bench::stampede(std::int64_t count) {
    run_blocking(context(), warm());
    std::cout << "ready" << std::endl;  // NOLINT: the other side waits for the line
    for (std::string line; std::getline(std::cin, line);) {
        if (line == "go") {
            break;
        }
        std::vector<Key> hot;
        for (std::size_t i = 0; i < kHotKeys; ++i) {
            hot.push_back(key(i));
        }
        run_blocking(context(), cache_.del_many(std::move(hot)));
        std::cout << "invalidated" << std::endl;  // NOLINT
    }
    run_blocking(context(), storm(count));
    json::object result;
    result["loads"] = loads_;
    result["ms"] = json::value_from(millis_);
    return result;
}

/// What an in-process cache is at least: no bound, no expiry, no coherence.
json::object floor(std::int64_t count, std::size_t threads) {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const Document>> map;
    for (std::size_t i = 0; i < kKeys; ++i) {
        map["bench:" + std::to_string(i) + ":value"] =
            read_document(std::make_shared<const std::string>(text_of_a_value()));
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kKeys; ++i) {
        names.push_back(std::to_string(i));
    }
    return time_lookups(count, threads, [&](std::size_t index) {
        const std::string name = "bench:" + names[index] + ":value";
        const std::lock_guard lock(mutex);
        const std::shared_ptr<const Document> found = map.find(name)->second;
        return found->id == 42;
    });
}

json::object measure(const std::string& mode, const std::string& socket, std::int64_t count,
                     std::size_t threads) {
    if (mode == "floor") {
        return floor(count, threads);
    }
    CacheOptions options;
    if (mode == "redis") {
        options.process_bytes = 0;
    }
    Bench bench(socket, std::move(options));
    if (mode == "hit") {
        return bench.hit(count, threads);
    }
    if (mode == "stampede") {
        return bench.stampede(count);
    }
    return mode == "redis" ? run_blocking(bench.context(), bench.redis(count))
                           : run_blocking(bench.context(), bench.many(count));
}

}  // namespace
}  // namespace tripos::cache

int main(int argc, char** argv) {
    if (argc < 4) {
        std::cerr
            << "usage: cache_bench hit|floor|redis|many|stampede <socket> <count> [threads]\n";
        return 2;
    }
    const auto threads = argc > 4 ? static_cast<std::size_t>(std::stoul(argv[4])) : 1;
    const auto result = tripos::cache::measure(argv[1], argv[2], std::stoll(argv[3]), threads);
    std::cout << boost::json::serialize(result) << '\n';
    return 0;
}
