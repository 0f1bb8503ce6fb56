// SPDX-License-Identifier: MIT
#include "sql/page_size.hpp"

#include <gtest/gtest.h>

namespace tripos::sql {
namespace {

using std::chrono::microseconds;

/// Full pages of rows that take so long each.
void work(PageSize& size, int pages, microseconds per_row) {
    for (int i = 0; i < pages; ++i) {
        size.learn(size.rows(), size.rows() * per_row);
    }
}

TEST(PageSizeTest, ComesToPagesOfTheGoal) {
    PageSize size;
    work(size, 10, microseconds(60));
    EXPECT_EQ(size.rows(), 100);
    work(size, 10, microseconds(1'000));
    EXPECT_EQ(size.rows(), 6);
}

TEST(PageSizeTest, GrowsToTheDoubleAtMostAndNotBeyondTheMost) {
    PageSize size(100, 32);
    size.learn(32, microseconds(1));
    EXPECT_EQ(size.rows(), 64);
    size.learn(64, microseconds(0));
    EXPECT_EQ(size.rows(), 100);
}

TEST(PageSizeTest, HoldsOneRowAtLeast) {
    PageSize size;
    size.learn(8, std::chrono::seconds(5));
    EXPECT_EQ(size.rows(), 1);
}

TEST(PageSizeTest, LearnsToGrowFromFullPagesOnly) {
    PageSize size;
    size.learn(0, microseconds(1));
    size.learn(3, microseconds(1));
    EXPECT_EQ(size.rows(), 8);
    size.learn(3, microseconds(18'000));
    EXPECT_EQ(size.rows(), 1);
}

}  // namespace
}  // namespace tripos::sql
