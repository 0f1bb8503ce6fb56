// SPDX-License-Identifier: MIT
#include "queue/detail/settlement.hpp"

#include <gtest/gtest.h>

#include "support/fake_random.hpp"

namespace tripos::queue::detail {
namespace {

using namespace std::chrono_literals;
using tripos::test::SeededRandom;
using Kind = Settlement::Kind;

constexpr Timestamp kSettled = from_millis(1'000'000);

Job job_with(JobOptions options, int made = 0) {
    Job job;
    job.options = std::move(options);
    job.attempts_made = made;
    return job;
}

TEST(RetryDelay, FixedIsAlwaysTheSameC068) {
    SeededRandom random;
    const Backoff fixed{.delay = 500ms};
    EXPECT_EQ(retry_delay(fixed, 1, random), 500ms);
    EXPECT_EQ(retry_delay(fixed, 9, random), 500ms);
    EXPECT_EQ(retry_delay(std::nullopt, 1, random), 0ms);
}

TEST(RetryDelay, ExponentialDoublesC069) {
    SeededRandom random;
    const Backoff exponential{.type = "exponential", .delay = 1s};
    EXPECT_EQ(retry_delay(exponential, 1, random), 1s);
    EXPECT_EQ(retry_delay(exponential, 2, random), 2s);
    EXPECT_EQ(retry_delay(exponential, 3, random), 4s);
}

TEST(RetryDelay, StaysFiniteAfterManyTries) {
    SeededRandom random;
    const Backoff exponential{.type = "exponential", .delay = 1s};
    EXPECT_LE(retry_delay(exponential, 1'000'000, random), std::chrono::hours(24 * 366));
    EXPECT_GT(retry_delay(exponential, 1'000'000, random), std::chrono::hours(24));
}

TEST(RetryDelay, JitterTakesAwayItsShareC070) {
    SeededRandom random;
    const Backoff jittered{.type = "exponential", .delay = 1s, .jitter = 0.5};
    bool varies = false;
    const auto first = retry_delay(jittered, 3, random);
    for (int i = 0; i < 200; ++i) {
        const auto delay = retry_delay(jittered, 3, random);
        EXPECT_GE(delay, 2s);
        EXPECT_LE(delay, 4s);
        varies = varies || delay != first;
    }
    EXPECT_TRUE(varies);
}

TEST(Settle, RetriesWhileAttemptsAreLeft) {
    SeededRandom random;
    const Outcome again = Retry{"why"};
    EXPECT_EQ(settle(job_with({}), again, kSettled, random).kind, Kind::failed);
    EXPECT_EQ(settle(job_with({.attempts = 1}), again, kSettled, random).kind, Kind::failed);
    EXPECT_EQ(settle(job_with({.attempts = 2}), again, kSettled, random).kind, Kind::retry_now);
    EXPECT_EQ(settle(job_with({.attempts = 2}, 1), again, kSettled, random).kind, Kind::failed);
    const Settlement delayed =
        settle(job_with({.attempts = 2, .backoff = Backoff{.delay = 5s}}), again, kSettled, random);
    EXPECT_EQ(delayed.kind, Kind::delay);
    EXPECT_EQ(delayed.delay, 5s);
    EXPECT_TRUE(delayed.counts_attempt);
    EXPECT_EQ(delayed.value, "why");
    EXPECT_EQ(delayed.stacktrace, R"(["Error: why"])");
}

TEST(Settle, FailsPermanentlyWhateverIsLeft) {
    SeededRandom random;
    const Settlement failed =
        settle(job_with({.attempts = 9}), FailPermanently{"no"}, kSettled, random);
    EXPECT_EQ(failed.kind, Kind::failed);
    EXPECT_EQ(failed.value, "no");
}

TEST(Settle, MovesAsideWithoutCountingAnAttempt) {
    SeededRandom random;
    const Settlement later = settle(job_with({}), MoveToDelayed{kSettled + 3s}, kSettled, random);
    EXPECT_EQ(later.kind, Kind::delay);
    EXPECT_EQ(later.delay, 3s);
    EXPECT_EQ(later.due, kSettled + 3s);
    EXPECT_FALSE(later.counts_attempt);
    EXPECT_EQ(later.stacktrace, "");
    EXPECT_EQ(settle(job_with({}), MoveToDelayed{kSettled - 3s}, kSettled, random).delay, 0s);
}

TEST(Settle, CompletesOnlyWithJson) {
    SeededRandom random;
    EXPECT_EQ(settle(job_with({}), Completed{"1"}, kSettled, random).kind, Kind::completed);
    EXPECT_EQ(settle(job_with({}), Completed{"{"}, kSettled, random).kind, Kind::failed);
    EXPECT_EQ(settle(job_with({}), SlowDown{1s}, kSettled, random).kind, Kind::give_back);
}

TEST(Settle, AsksTheStrategyOnlyForUnknownTypesC070) {
    SeededRandom random;
    const BackoffStrategy strategy = [](const Job&, int made, const std::string&) {
        return made > 2 ? std::nullopt : std::optional(std::chrono::milliseconds(made * 10));
    };
    const RetryRules rules{.strategy = &strategy};
    const auto settled = [&](const std::string& type, int made) {
        const Backoff backoff{.type = type, .delay = 7ms};
        const Job job = job_with({.attempts = 9, .backoff = backoff}, made);
        return settle(job, Retry{"x"}, kSettled, random, rules);
    };
    EXPECT_EQ(settled("mine", 0).delay, 10ms);
    EXPECT_EQ(settled("mine", 1).delay, 20ms);
    EXPECT_EQ(settled("mine", 2).kind, Kind::failed);
    EXPECT_EQ(settled("fixed", 1).delay, 7ms);
}

TEST(Settle, StopsAtTheLimitOfStarts) {
    SeededRandom random;
    Job job = job_with({.attempts = 9}, 0);
    job.attempts_started = 3;
    EXPECT_EQ(settle(job, Retry{"x"}, kSettled, random, {.max_started = 4}).kind, Kind::retry_now);
    EXPECT_EQ(settle(job, Retry{"x"}, kSettled, random, {.max_started = 3}).kind, Kind::failed);
}

}  // namespace
}  // namespace tripos::queue::detail
