// SPDX-License-Identifier: MIT
// queue_bench <mode> <socket> <queue> ...: our side of `./dev bench queue`. Each run measures one
// thing on a Redis that is given to it and prints one JSON object; queue_load.py has the rest.
//
//   add <count> single|bulk standard|prioritized    100 adds in flight, or 1,000 jobs per call
//   work <count>                                    no-op jobs, 50 at a time; the jobs are there
//   ceiling <count>                                 the same scripts, nothing else to do
//   latency <samples>                               from add to the processor's start, idle queue
//   idle <seconds> <queues>                         workers that find nothing

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "async/io_threads.hpp"
#include "async/task_group.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "process_usage.hpp"
#include "queue/detail/endings.hpp"
#include "queue/detail/fetched_jobs.hpp"
#include "queue/detail/scripts.hpp"
#include "queue/queue.hpp"
#include "queue/worker.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"

namespace tripos::queue {
namespace {

namespace json = boost::json;
using bench::cpu_seconds;
using bench::resident_kib;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kInFlight = 100;
constexpr std::size_t kBulk = 1'000;
constexpr std::size_t kConcurrency = 50;
constexpr std::int64_t kKept = 1'000;
constexpr std::int64_t kWarmUp = 2'000;  // jobs before the clock starts, as on Node's side
constexpr std::int64_t kPriorities = 10;

/// 60 bytes of JSON.
const std::string kData = R"({"to":"somebody@mail.example","text":"sixty bytes of data."})";

class Stopwatch {
  public:
    void start() {
        began_ = Steady::now();
        cpu_ = cpu_seconds();
    }
    json::object result(std::int64_t jobs) const {
        const std::chrono::duration<double> took = Steady::now() - began_;
        json::object object;
        object["jobs"] = jobs;
        object["seconds"] = took.count();
        object["cpu"] = cpu_seconds() - cpu_;
        object["rss"] = resident_kib();
        return object;
    }

  private:
    Steady::time_point began_;
    double cpu_ = 0;
};

class Bench {
  public:
    Bench(const std::string& socket, std::string queue)
        : threads_(1),
          name_(std::move(queue)),
          client_(threads_.all(), connection(socket)),
          queue_(client_, {.name = name_}, clock_) {
        threads_.start();
        client_.start();
    }

    ~Bench() {
        call(client_.stop());
        threads_.stop();
    }

    json::object run(const std::vector<std::string>& arguments);

  private:
    static redis::ConnectionOptions connection(const std::string& socket) {
        return {.endpoint = redis::parse_url("unix://" + socket).value(),
                .command_limit = std::chrono::seconds(30)};
    }

    template <class T>
    T call(Task<T> task) {
        return run_blocking(threads_.background(), std::move(task));
    }

    Task<json::object> add(std::int64_t count, bool bulk, bool prioritized);
    Task<> add_singles(std::int64_t count, bool prioritized);
    Task<> add_bulks(std::int64_t count, bool prioritized);
    Task<json::object> work(std::int64_t count);
    Task<json::object> ceiling(std::int64_t count);
    Task<> replay(std::int64_t count, std::string token);
    Task<json::object> latency(std::int64_t samples);
    Task<json::object> idle(std::int64_t seconds, std::int64_t queues);
    Task<Outcome> note_start(const Job& job, JobContext& context);
    std::unique_ptr<Worker> worker(std::string name, std::size_t concurrency);

    IoThreads threads_;
    const std::string name_;
    SystemClock clock_;
    SecureRandom random_;
    Metrics metrics_;
    redis::Client client_;
    Queue queue_;
    std::int64_t left_ = 0;  ///< jobs still to be added by the coroutines in flight, or replayed
    std::int64_t done_ = 0;
    Steady::time_point started_;
    Stopwatch watch_;  ///< of `work`
};

NewJob new_job(std::int64_t number, bool prioritized) {
    NewJob job{.name = "job", .data = kData};
    job.options.priority = prioritized ? 1 + number % kPriorities : 0;
    return job;
}

Task<> Bench::add_singles(std::int64_t count, bool prioritized) {
    while (left_ > 0) {
        const std::int64_t number = count - left_--;
        NewJob job = new_job(number, prioritized);
        co_await queue_.add(std::move(job));
    }
}

Task<> Bench::add_bulks(std::int64_t count, bool prioritized) {
    for (std::int64_t first = 0; first < count; first += kBulk) {
        std::vector<NewJob> jobs;
        for (std::size_t i = 0; i < kBulk; ++i) {
            jobs.push_back(new_job(static_cast<std::int64_t>(i), prioritized));
        }
        co_await queue_.add_bulk(std::move(jobs));
    }
}

Task<json::object> Bench::add(std::int64_t count, bool bulk, bool prioritized) {
    Stopwatch watch;
    watch.start();
    if (bulk) {
        co_await add_bulks(count, prioritized);
    } else {
        left_ = count;
        TaskGroup adders(co_await asio::this_coro::executor);
        for (std::size_t i = 0; i < kInFlight; ++i) {
            adders.spawn("adder", add_singles(count, prioritized));
        }
        co_await adders.join();
    }
    co_return watch.result(count);
}

std::unique_ptr<Worker> Bench::worker(std::string name, std::size_t concurrency) {
    WorkerOptions options{.queue = std::move(name), .concurrency = concurrency};
    options.remove_on_complete = Retention{.count = kKept};
    const auto processor = [this](const Job& job, JobContext& context) {
        return note_start(job, context);
    };
    return std::make_unique<Worker>(threads_.background(), client_, std::move(options), processor,
                                    clock_, random_, metrics_);
}

Task<json::object> Bench::work(std::int64_t count) {
    const std::unique_ptr<Worker> worker = this->worker(name_, kConcurrency);
    worker->start();
    while (done_ < count + kWarmUp) {
        co_await sleep_for(std::chrono::milliseconds(1));
    }
    json::object result = watch_.result(done_ - kWarmUp);
    co_await worker->close(std::chrono::seconds(5));
    co_return result;
}

/// Takes and completes jobs with the worker's own scripts and batches, and does nothing else.
Task<> Bench::replay(std::int64_t count, std::string token) {
    const std::vector<std::string> keys(1, "bull:" + name_ + ":");
    const std::string batch = std::to_string(kConcurrency / 2);
    const auto head = [this, &token, &batch] {
        return std::vector<std::string>{std::to_string(to_millis(clock_.now())), token, "30000", "",
                                        batch};
    };
    redis::Reply reply = co_await client_.eval(detail::scripts().fetch_jobs, keys, head());
    std::optional<detail::Fetched> fetched = detail::read_fetched(reply);
    const detail::Settlement done{.value = "null"};
    while (done_ < count && fetched && !fetched->jobs.empty()) {
        std::vector<std::string> arguments = head();
        arguments.emplace_back("0");
        std::vector<detail::Ending> endings;
        for (const detail::FetchedJob& taken : fetched->jobs) {
            endings.push_back({taken.job, token, done, Retention{.count = kKept}});
            ++done_;
        }
        detail::append_endings(arguments, endings);
        reply = co_await client_.eval(detail::scripts().finish_jobs, keys, std::move(arguments));
        fetched = detail::read_fetched(reply.elements.at(1));
    }
}

Task<json::object> Bench::ceiling(std::int64_t count) {
    Stopwatch watch;
    watch.start();
    TaskGroup replays(co_await asio::this_coro::executor);
    for (const char* token : {"one", "two"}) {  // while Redis runs one batch, the other travels
        replays.spawn("replay", replay(count, token));
        co_await sleep_for(std::chrono::microseconds(200));  // begun together they stay together
    }
    co_await replays.join();
    co_return watch.result(done_);
}

Task<Outcome> Bench::note_start(const Job&, JobContext&) {
    started_ = Steady::now();
    if (++done_ == kWarmUp) {
        watch_.start();
    }
    co_return Completed{};
}

Task<json::object> Bench::latency(std::int64_t samples) {
    const std::unique_ptr<Worker> worker = this->worker(name_, 1);
    worker->start();
    json::array times;
    for (std::int64_t i = 0; i < samples; ++i) {
        co_await sleep_for(std::chrono::milliseconds(i == 0 ? 200 : 4));  // until it waits again
        const Steady::time_point began = Steady::now();
        NewJob job = new_job(i, false);
        co_await queue_.add(std::move(job));
        while (done_ <= i) {
            co_await sleep_for(std::chrono::microseconds(100));
        }
        const std::chrono::duration<double, std::milli> took = started_ - began;
        times.push_back(took.count());
    }
    co_await worker->close(std::chrono::seconds(5));
    json::object result;
    result["ms"] = std::move(times);
    co_return result;
}

Task<json::object> Bench::idle(std::int64_t seconds, std::int64_t queues) {
    const std::int64_t before = resident_kib();
    std::vector<std::unique_ptr<Worker>> workers;
    for (std::int64_t i = 0; i < queues; ++i) {
        workers.push_back(worker(name_ + std::to_string(i), kConcurrency));
        workers.back()->start();
    }
    co_await sleep_for(std::chrono::seconds(1));
    std::cout << "ready" << std::endl;
    Stopwatch watch;
    watch.start();
    co_await sleep_for(std::chrono::seconds(seconds));
    json::object result = watch.result(0);
    result["perQueue"] = (resident_kib() - before) / queues;
    for (const std::unique_ptr<Worker>& worker : workers) {
        co_await worker->close(std::chrono::seconds(5));
    }
    co_return result;
}

json::object Bench::run(const std::vector<std::string>& arguments) {
    const std::string& mode = arguments.at(0);
    const std::int64_t count = std::stoll(arguments.at(3));
    if (mode == "add") {
        return call(add(count, arguments.at(4) == "bulk", arguments.at(5) == "prioritized"));
    }
    if (mode == "work") {
        return call(work(count));
    }
    if (mode == "ceiling") {
        return call(ceiling(count));
    }
    if (mode == "latency") {
        return call(latency(count));
    }
    if (mode == "idle") {
        return call(idle(count, std::stoll(arguments.at(4))));
    }
    throw SystemError("bench", "unknown mode " + mode);
}

}  // namespace
}  // namespace tripos::queue

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 4) {
        std::cerr << "usage: queue_bench <mode> <socket> <queue> <count> ...\n";
        return 2;
    }
    tripos::queue::Bench bench(arguments[1], arguments[2]);
    std::cout << boost::json::serialize(bench.run(arguments)) << std::endl;
    return 0;
}
