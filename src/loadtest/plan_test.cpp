// SPDX-License-Identifier: MIT
#include "loadtest/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace tripos::loadtest {
namespace {

PlanParams params(std::uint64_t seed) {
    return {.candidates = 1000, .questions = 20, .window = 60, .seed = seed};
}

std::ptrdiff_t count(const std::vector<Step>& plan, Ask ask) {
    return std::count_if(plan.begin(), plan.end(),
                         [ask](const Step& step) { return step.ask == ask; });
}

TEST(Plan, IsTheSameForTheSameSeedAndAnotherForAnother) {
    EXPECT_EQ(plan_exam(params(7)), plan_exam(params(7)));
    EXPECT_EQ(plan_results(params(7)), plan_results(params(7)));
    EXPECT_NE(plan_exam(params(7)), plan_exam(params(8)));
}

TEST(Plan, LetsEverybodyLogInOnceBeforeAnythingElseIfTheyComeWithPasswords) {
    auto wanted = params(1);
    wanted.log_ins = true;
    wanted.lobby = 30;
    std::map<std::uint32_t, std::int64_t> logged_in;
    for (const auto& step : plan_exam(wanted)) {
        if (step.ask == Ask::log_in) {
            EXPECT_LT(step.at, 25'000'000);
            EXPECT_TRUE(logged_in.emplace(step.candidate, step.at).second);
        } else if (step.ask != Ask::metrics) {
            ASSERT_TRUE(logged_in.contains(step.candidate)) << to_text(step.ask);
            EXPECT_GE(step.at, logged_in[step.candidate] + 5'000'000);
        }
    }
    EXPECT_EQ(logged_in.size(), 1000U);
    EXPECT_EQ(count(plan_exam(params(1)), Ask::log_in), 0);
}

TEST(Plan, GoesOnInTheOrderOfTime) {
    const auto plan = plan_exam(params(1));
    EXPECT_TRUE(std::is_sorted(plan.begin(), plan.end(),
                               [](const Step& a, const Step& b) { return a.at < b.at; }));
    EXPECT_GE(plan.front().at, 0);
}

TEST(Plan, LetsEverybodyStartOnceFourOfFiveInTheHerd) {
    const auto plan = plan_exam(params(1));
    EXPECT_EQ(count(plan, Ask::start), 1000);
    EXPECT_EQ(count(plan, Ask::paper), 1000);
    const auto in_herd = std::count_if(plan.begin(), plan.end(), [](const Step& step) {
        return step.ask == Ask::start && step.at < 15'000'000;
    });
    EXPECT_NEAR(static_cast<double>(in_herd), 800, 50);
}

TEST(Plan, HasOneAndAHalfChangesPerQuestionAndSomeOfThemReplayed) {
    const auto plan = plan_exam(params(1));
    const auto replays = count(plan, Ask::replay);
    EXPECT_EQ(count(plan, Ask::save) + replays * kReplayed, 1000 * 30);
    EXPECT_NEAR(static_cast<double>(replays * kReplayed), 600, 150);
}

TEST(Plan, LetsFourOfFiveSubmitAndNobodyDoAnythingAfterIt) {
    const auto plan = plan_exam(params(1));
    EXPECT_NEAR(static_cast<double>(count(plan, Ask::submit)), 800, 50);
    std::map<std::uint32_t, std::int64_t> submitted;
    for (const auto& step : plan) {
        if (step.ask == Ask::submit) {
            EXPECT_LT(step.at, 70'000'000);
            EXPECT_TRUE(submitted.emplace(step.candidate, step.at).second);
        } else if (step.ask != Ask::metrics) {
            EXPECT_FALSE(submitted.contains(step.candidate)) << to_text(step.ask);
        }
    }
}

TEST(Plan, SavesAfterTheDeadlineOnlyToBeRefused) {
    for (const auto& step : plan_exam(params(1))) {
        EXPECT_EQ(step.at > 70'000'000, step.ask == Ask::late_save) << to_text(step.ask);
    }
}

TEST(Plan, NamesEveryKindOnce) {
    std::map<std::string, int> names;
    for (std::size_t i = 0; i < kAsks; ++i) {
        ++names[to_text(static_cast<Ask>(i))];
    }
    EXPECT_EQ(names.size(), kAsks);
}

}  // namespace
}  // namespace tripos::loadtest
