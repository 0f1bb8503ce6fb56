// SPDX-License-Identifier: MIT
#include "sql/statement_figures.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tripos::sql {
namespace {

using namespace std::chrono_literals;

TEST(StatementFigures, TellsTheSlowestFirst) {
    StatementFigures figures;
    for (int i = 0; i < 98; ++i) {
        figures.note("SELECT 1", 100us);
    }
    figures.note("SELECT 1", 4ms);
    figures.note("SELECT 1", 50ms);
    figures.note("SELECT 2", 20ms);
    const auto found = figures.slowest(10);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].text, "SELECT 1");
    EXPECT_EQ(found[0].count, 100U);
    EXPECT_EQ(found[0].total, 98 * 100us + 54ms);
    EXPECT_EQ(found[0].max, 50ms);
    EXPECT_GE(found[0].p99, 4ms);
    EXPECT_LE(found[0].p99, 6ms);
    EXPECT_EQ(found[1].p99, 20ms) << "never more than the slowest";
    EXPECT_EQ(figures.slowest(1).size(), 1U);
    EXPECT_TRUE(StatementFigures().slowest(10).empty());
}

TEST(StatementFigures, CountsTogetherWhatIsBeyondItsBound) {
    StatementFigures figures;
    for (std::size_t i = 0; i < 3 * StatementFigures::kMostTexts; ++i) {
        figures.note("SELECT " + std::to_string(i), 1us);
    }
    figures.note("SELECT 0", 1us);
    const auto all = figures.slowest(100'000);
    ASSERT_EQ(all.size(), StatementFigures::kMostTexts + 1);
    std::uint64_t others = 0;
    for (const auto& one : all) {
        others += one.text == "(others)" ? one.count : 0;
        EXPECT_TRUE(one.text != "SELECT 0" || one.count == 2U);
    }
    EXPECT_EQ(others, 2 * StatementFigures::kMostTexts);
}

TEST(StatementFigures, CutsLongTexts) {
    StatementFigures figures;
    figures.note(std::string(1'000'000, 'x'), 1us);
    EXPECT_EQ(figures.slowest(1).front().text.size(), StatementFigures::kLongestText);
}

TEST(StatementFigures, BearsWhateverTimesThereAre) {
    StatementFigures figures;
    figures.note("none", 0ns);
    figures.note("backwards", -5ns);
    figures.note("a day", 24h);
    EXPECT_GE(figures.slowest(1).front().p99, 40s) << "beyond its last bound it only knows that";
    EXPECT_EQ(figures.slowest(10).size(), 3U);
}

TEST(StatementFigures, LosesNothingBetweenThreads) {
    StatementFigures figures;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&figures] {
            for (int n = 0; n < 10'000; ++n) {
                figures.note("SELECT 1", 1us);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(figures.slowest(1).front().count, 40'000U);
}

}  // namespace
}  // namespace tripos::sql
