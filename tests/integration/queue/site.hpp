// SPDX-License-Identifier: MIT
#pragma once
// A private Redis, a client, a queue "q" with prefix "p", and shortcuts to look into the keys. Not
// thread-safe.

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "queue/detail/scripts.hpp"
#include "queue/queue.hpp"
#include "queue/worker.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::queue::test {

using tripos::test::context;
using tripos::test::run;
using tripos::test::TestRedis;
using namespace std::chrono_literals;

struct Site {
    explicit Site(TestRedis::Persistence persistence = TestRedis::Persistence::none);
    ~Site();

    redis::Reply command(redis::Arguments arguments);
    std::string text(redis::Arguments arguments) { return command(std::move(arguments)).text; }
    std::int64_t number(redis::Arguments arguments) {
        return command(std::move(arguments)).integer;
    }
    std::vector<std::string> texts(redis::Arguments arguments);
    std::string field(const std::string& id, const std::string& name) {
        return text({"HGET", "p:q:" + id, name});
    }
    std::vector<std::string> list(const std::string& name) {
        return texts({"LRANGE", "p:q:" + name, "0", "-1"});
    }
    /// As an integer; empty when it is not in the set.
    std::string score(const std::string& set, const std::string& id);
    bool exists(const std::string& suffix) { return number({"EXISTS", "p:q:" + suffix}) == 1; }

    /// Every event as its fields joined by spaces, oldest first.
    std::vector<std::string> events();
    bool has_event(const std::string& text);

    std::string add(NewJob job);
    /// Runs a script on the queue.
    redis::Reply script(const redis::Script& script, std::vector<std::string> arguments);
    /// Fetches by script, as a worker with this token; the ids.
    std::vector<std::string> fetch(const std::string& token, int count);
    /// Finishes one job by script; the code.
    std::int64_t finish(const std::string& id, const std::string& token,
                        const std::string& state = "completed");

    std::string now() const { return std::to_string(to_millis(clock.now())); }
    /// What is wrong with the keys: ids in no or two collections, orphan locks. Empty: nothing.
    std::vector<std::string> inconsistencies();

    TestRedis redis;
    SystemClock clock;
    SecureRandom random;
    Metrics metrics;
    redis::Client client;
    Queue queue;
};

/// The arguments of finish_jobs for one job: its id, token, value and attempts made (empty: to be
/// read); `keep` is how many finished ones stay, empty: all.
std::vector<std::string> finishing(const std::string& state, std::vector<std::string> job,
                                   const std::string& keep, const std::string& now);

/// Polls until `holds`, at most 10 s; whether it did.
bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit = 10s);
/// Whether the job comes into that state, within that time.
bool reaches(Site& site, const std::string& id, JobState state);
/// Of those published so far that begin so.
int count_events(Site& site, const std::string& prefix);

/// A worker of `site` that is closed at the end of its scope.
struct RunningWorker {
    RunningWorker(Site& site, WorkerOptions options, Processor processor);
    RunningWorker(Site& site, redis::Client& client, WorkerOptions options, Processor processor);
    ~RunningWorker();
    Worker worker;
};

WorkerOptions options(std::size_t concurrency = 1);
/// Answers `{"ok":true}`.
Processor succeed();
/// A processor of 20 ms.
Task<Outcome> take_a_while(const Job& job, JobContext& context);

}  // namespace tripos::queue::test
