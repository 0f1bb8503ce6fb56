// SPDX-License-Identifier: MIT
#include "async/completion.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "support/run.hpp"

namespace tripos {
namespace {

using test::run;

/// Suspends and hands the Completion to `use` on a thread of its own.
template <class Use>
Task<int> await_thread(Use use) {
    std::thread thread;
    auto start = [&thread, use](Completion<int> completion) {
        thread = std::thread([use, completion]() mutable { use(std::move(completion)); });
    };
    std::exception_ptr problem;
    int value = 0;
    try {
        value = co_await suspend<int>(std::move(start));
    } catch (...) {
        problem = std::current_exception();
    }
    thread.join();
    if (problem) {
        std::rethrow_exception(problem);
    }
    co_return value;
}

TEST(Completion, ResumesTheCoroutineFromAnotherThread) {
    const auto complete = [](Completion<int> completion) { completion.complete(7); };
    EXPECT_EQ(run(await_thread(complete)), 7);
}

TEST(Completion, ResumesOnTheCoroutinesOwnContext) {
    const auto where = [](Completion<int> completion) { completion.complete(1); };
    auto task = [](auto use) -> Task<bool> {
        const auto before = std::this_thread::get_id();
        co_await await_thread(use);
        co_return before == std::this_thread::get_id();
    };
    EXPECT_TRUE(run(task(where)));
}

TEST(Completion, PassesOnAFailure) {
    const auto fail = [](Completion<int> completion) {
        completion.fail(std::make_exception_ptr(std::domain_error("no")));
    };
    EXPECT_THROW(run(await_thread(fail)), std::domain_error);
}

TEST(Completion, CountsTheFirstOfSeveral) {
    const auto twice = [](Completion<int> completion) {
        const auto copy = completion;
        completion.complete(1);
        copy.complete(2);
        copy.fail(std::make_exception_ptr(std::domain_error("late")));
    };
    EXPECT_EQ(run(await_thread(twice)), 1);
}

TEST(Completion, TellsTheCoroutineWhenItIsAbandoned) {
    const auto drop = [](Completion<int>) {};
    EXPECT_THROW(run(await_thread(drop)), std::runtime_error);
}

TEST(Completion, MayCompleteBeforeSuspendReturns) {
    auto at_once = [](Completion<int> completion) { completion.complete(3); };
    EXPECT_EQ(run(suspend<int>(std::move(at_once))), 3);
}

TEST(Completion, SurvivesManyThreadsRacingToComplete) {
    auto race = []() -> Task<int> {
        std::vector<std::thread> threads;
        auto start = [&threads](Completion<int> completion) {
            for (int i = 1; i <= 4; ++i) {
                threads.emplace_back([completion, i] { completion.complete(i); });
            }
        };
        const int winner = co_await suspend<int>(std::move(start));
        for (auto& thread : threads) {
            thread.join();
        }
        co_return winner;
    };
    for (int i = 0; i < 50; ++i) {
        const int winner = run(race());
        EXPECT_TRUE(winner >= 1 && winner <= 4);
    }
}

}  // namespace
}  // namespace tripos
