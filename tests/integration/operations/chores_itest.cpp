// SPDX-License-Identifier: MIT
// Chores on a real Redis: planned once, done by one of many, forgotten with the version that had
// them.

#include "operations/chores.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "redis/url.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::operations {
namespace {

using namespace std::chrono_literals;
using tripos::test::context;
using tripos::test::run;

class ChoresTest : public testing::Test {
  protected:
    void SetUp() override { client_.start(); }
    void TearDown() override { run(client_.stop()); }

    struct Process {
        Process(ChoresTest& test, std::vector<Chore> chores)
            : work(context(), test.client_, {.look_again = 100ms}, test.clock_, test.random_,
                   test.metrics_) {
            run(start(std::move(chores)));
        }
        ~Process() { run(work.stop(1s)); }
        Task<> start(std::vector<Chore> chores) {
            work.start(std::move(chores));
            co_return;
        }
        Chores work;
    };

    Chore count_up(const std::string& pattern) {
        return {.name = "count", .pattern = pattern, .work = [this] { return count(); }};
    }
    Task<std::int64_t> count() { co_return ++counted_; }
    Task<std::int64_t> fail() {
        ++counted_;
        throw SystemError("test", "not now");
        co_return 0;
    }

    std::vector<queue::JobScheduler> planned() { return run(schedulers_.list(0, -1, true)); }

    static bool eventually(const std::function<bool()>& holds) {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::sleep_for(5ms);
        }
        return holds();
    }

    tripos::test::TestRedis redis_;
    SystemClock clock_;
    SecureRandom random_;
    Metrics metrics_;
    redis::Client client_{{&context()}, {.endpoint = redis::parse_url(redis_.url()).value()}};
    queue::Queue queue_{client_, {.name = std::string(kChoresQueue)}, clock_};
    queue::JobSchedulers schedulers_{queue_};
    std::atomic<std::int64_t> counted_ = 0;
};

TEST_F(ChoresTest, AreDoneOncePerSlotByManyProcesses) {
    const Process one(*this, {count_up("* * * * * *")});
    const Process two(*this, {count_up("* * * * * *")});
    ASSERT_TRUE(eventually([this] { return counted_ >= 3; }));
    const auto done = run(queue_.get_jobs(queue::JobState::completed, 0, -1, true));
    for (std::size_t i = 1; i < done.size(); ++i) {
        EXPECT_NE(done[i].id, done[i - 1].id);
    }
    EXPECT_EQ(done.front().return_value, "1");
    EXPECT_EQ(planned().size(), 1U);
}

TEST_F(ChoresTest, OfAnotherVersionAreUnplanned) {
    {
        const Process old(*this, {count_up("0 3 * * *")});
        ASSERT_TRUE(eventually([this] { return planned().size() == 1; }));
    }
    Chore other = count_up("0 4 * * *");
    other.name = "other";
    const Process young(*this, {std::move(other)});
    EXPECT_TRUE(eventually([this] {
        const auto found = planned();
        return found.size() == 1 && found[0].id == "other";
    }));
    EXPECT_EQ(run(queue_.counts()).at(queue::JobState::delayed), 1);
}

TEST_F(ChoresTest, ThatWereMissedAreMadeUpForAtTheNextStart) {
    {
        const Process old(*this, {count_up("0 3 * * *")});
        ASSERT_TRUE(eventually([this] { return planned().size() == 1; }));
    }
    const std::string missed = planned()[0].next_job_id;
    redis::Arguments overdue{"ZADD", "bull:chores:delayed", "XX", "4096", missed};
    run(client_.command(std::move(overdue)));
    const Process young(*this, {count_up("0 3 * * *")});
    EXPECT_TRUE(eventually([this] { return counted_ == 1; }));
    EXPECT_NE(planned()[0].next_job_id, missed);
}

TEST_F(ChoresTest, ArePlannedAnewWhenRedisHasLostItsData) {
    const Process process(*this, {count_up("* * * * * *")});
    ASSERT_TRUE(eventually([this] { return counted_ >= 1; }));
    redis_.flush();
    const std::int64_t before = counted_;
    EXPECT_TRUE(eventually([&] { return counted_ >= before + 2; }));
    EXPECT_EQ(planned().size(), 1U);
}

TEST_F(ChoresTest, ThatFailComeAgain) {
    Chore failing = count_up("* * * * * *");
    failing.work = [this] { return fail(); };
    const Process process(*this, {std::move(failing)});
    ASSERT_TRUE(eventually([this] { return counted_ >= 1; }));
    EXPECT_TRUE(eventually([this] {
        const auto delayed = run(queue_.get_jobs(queue::JobState::delayed, 0, -1, true));
        return std::any_of(delayed.begin(), delayed.end(),
                           [](const queue::Job& job) { return job.attempts_made == 1; });
    }));
}

}  // namespace
}  // namespace tripos::operations
