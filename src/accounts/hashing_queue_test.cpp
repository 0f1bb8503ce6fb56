// SPDX-License-Identifier: MIT
#include "accounts/hashing_queue.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "support/run.hpp"

namespace tripos::accounts {
namespace {

using std::chrono::milliseconds;
using Lane = HashingQueue::Lane;
using Turn = std::shared_ptr<Result<HashingQueue::Turn>>;  // spawning wants a default

Task<Turn> wait(HashingQueue& queue, HashingQueue::Guest guest) {
    auto turn = co_await queue.wait(std::move(guest));
    co_return std::make_shared<Result<HashingQueue::Turn>>(std::move(turn));
}

class HashingQueueTest : public testing::Test {
  protected:
    static constexpr HashingQueueOptions kPatient{.wait_limit = milliseconds(20'000)};
    static constexpr HashingQueueOptions kHasty{.wait_limit = milliseconds(1)};

    static HashingQueue::Guest log_in(std::string account, std::string client = "c") {
        return {.lane = Lane::log_in, .account = std::move(account), .client = std::move(client)};
    }
    static HashingQueue::Guest other(std::string account) {
        return {.account = std::move(account), .client = "c"};
    }
    static Turn now(HashingQueue& queue, HashingQueue::Guest guest) {
        return test::run(wait(queue, std::move(guest)));
    }
    /// Stands in the line when this returns.
    static std::future<Turn> join(HashingQueue& queue, HashingQueue::Guest guest) {
        const auto before = queue.waiting();
        auto joined =
            asio::co_spawn(test::context(), wait(queue, std::move(guest)), asio::use_future);
        while (queue.waiting() == before) {
            std::this_thread::yield();
        }
        return joined;
    }
    static bool is_ready(std::future<Turn>& turn) {
        return turn.wait_for(milliseconds(0)) == std::future_status::ready;
    }
    static std::string place_of(const Turn& refused) { return refused->error().extra.at(0).second; }
};

TEST_F(HashingQueueTest, LogInsGoBeforeEverythingElse) {
    HashingQueue queue(kPatient);
    auto first = now(queue, other("a"));
    auto change = join(queue, other("b"));
    auto door = join(queue, log_in("c"));
    first.reset();
    auto second = door.get();
    EXPECT_TRUE(second->has_value());
    EXPECT_FALSE(is_ready(change));
    second.reset();
    EXPECT_TRUE(change.get()->has_value());
}

TEST_F(HashingQueueTest, LogInsThatNeverRestLeaveOneTurnInTen) {
    HashingQueue queue(kPatient);
    auto turn = now(queue, log_in("a0"));
    auto reset = join(queue, other("b"));
    auto second_reset = join(queue, other("c"));
    std::vector<std::future<Turn>> herd;
    for (int i = 1; i <= 30; ++i) {
        herd.push_back(join(queue, log_in("a" + std::to_string(i))));
    }
    std::size_t log_ins = 1;  // has the turn
    for (; log_ins < 9; ++log_ins) {
        EXPECT_FALSE(is_ready(reset));
        turn.reset();
        turn = herd[log_ins - 1].get();
    }
    turn.reset();
    turn = reset.get();
    for (; log_ins < 18; ++log_ins) {
        EXPECT_FALSE(is_ready(second_reset));
        turn.reset();
        turn = herd[log_ins - 1].get();
    }
    turn.reset();
    turn = second_reset.get();
    turn.reset();
    for (; log_ins <= herd.size(); ++log_ins) {
        EXPECT_TRUE(herd[log_ins - 1].get()->has_value());
    }
}

TEST_F(HashingQueueTest, ClientsTakeTurns) {
    HashingQueue queue(kPatient);
    auto first = now(queue, log_in("a", "flood"));
    std::vector<std::future<Turn>> flood;
    for (int i = 0; i < 50; ++i) {
        flood.push_back(join(queue, log_in("a" + std::to_string(i), "flood")));
    }
    auto stranger = join(queue, log_in("b", "elsewhere"));
    first.reset();
    auto second = flood[0].get();
    second.reset();
    EXPECT_TRUE(stranger.get()->has_value());
    for (std::size_t i = 1; i < flood.size(); ++i) {
        EXPECT_TRUE(flood[i].get()->has_value());
    }
}

TEST_F(HashingQueueTest, OfOneGuestThereIsOneHashAtATime) {
    auto options = kPatient;
    options.slots = 8;
    HashingQueue queue(options);
    auto first = now(queue, log_in("a"));
    auto again = join(queue, log_in("a"));
    EXPECT_TRUE(now(queue, log_in("b"))->has_value());
    EXPECT_FALSE(is_ready(again));
    first.reset();
    EXPECT_TRUE(again.get()->has_value());
}

TEST_F(HashingQueueTest, WhoeverWaitedTooLongKeepsThePlace) {
    HashingQueue queue(kHasty);
    auto busy = now(queue, log_in("busy"));
    for (int i = 1; i <= 3; ++i) {
        const auto refused = now(queue, log_in("guest" + std::to_string(i)));
        EXPECT_EQ(refused->error().code, "login_queue");
        EXPECT_EQ(place_of(refused), std::to_string(i));
        EXPECT_GE(refused->error().retry_after, std::chrono::seconds(1));
    }
    EXPECT_EQ(place_of(now(queue, log_in("guest2"))), "2");
    EXPECT_EQ(place_of(now(queue, log_in("new"))), "4");
    // Nothing is done for those who are not there.
    busy.reset();
    EXPECT_TRUE(now(queue, log_in("guest3"))->has_value());
    EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(HashingQueueTest, PlacesThatWereLeftDoNotGoBeforeANewcomer) {
    HashingQueue queue(kHasty);
    auto first = now(queue, log_in("a", "hall"));
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(now(queue, log_in("h" + std::to_string(i), "hall"))->has_value());
    }
    first.reset();
    const auto late = now(queue, log_in("late", "hall"));  // nobody before it is here
    EXPECT_TRUE(late->has_value());
    // Behind one of the hall, not behind all who come back.
    EXPECT_EQ(place_of(now(queue, log_in("b", "elsewhere"))), "2");
}

TEST_F(HashingQueueTest, APlaceIsKeptForAWhileOnly) {
    auto options = kHasty;
    options.absence_limit = milliseconds(-1'000);  // is over with the Retry-After of a second
    HashingQueue queue(options);
    auto busy = now(queue, log_in("busy"));
    EXPECT_EQ(place_of(now(queue, log_in("guest1"))), "1");
    std::this_thread::sleep_for(milliseconds(5));
    busy.reset();  // looks through the line
    busy = now(queue, log_in("busy"));
    EXPECT_EQ(place_of(now(queue, log_in("guest2"))), "1");
}

TEST_F(HashingQueueTest, OneClientCannotTakeEveryPlace) {
    auto options = kHasty;
    options.place_limit_per_client = 3;
    HashingQueue queue(options);
    auto busy = now(queue, log_in("busy"));
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(now(queue, log_in("a" + std::to_string(i), "flood"))->has_value());
    }
    EXPECT_EQ(place_of(now(queue, log_in("b", "elsewhere"))), "2");
}

TEST_F(HashingQueueTest, NobodyIsLeftWaitingWhenManyComeAndGo) {
    HashingQueue queue({.slots = 3, .wait_limit = milliseconds(2)});
    std::atomic<int> served = 0;
    std::vector<std::thread> guests;
    for (int i = 0; i < 8; ++i) {
        guests.emplace_back([&queue, &served, i] {
            for (int round = 0; round < 200; ++round) {
                auto turn = now(queue, log_in("a" + std::to_string((i + round) % 5)));
                served += *turn ? 1 : 0;
            }
        });
    }
    for (auto& guest : guests) {
        guest.join();
    }
    EXPECT_GT(served, 0);
    EXPECT_EQ(queue.waiting(), 0U);
    EXPECT_TRUE(now(queue, log_in("last"))->has_value());
    EXPECT_TRUE(now(queue, other("last"))->has_value());
}

}  // namespace
}  // namespace tripos::accounts
