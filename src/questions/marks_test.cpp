// SPDX-License-Identifier: MIT
#include "questions/marks.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tripos::questions {
namespace {

TEST(Marks, AreShownWithoutTrailingZeros) {
    EXPECT_EQ(marks_text(1000), "1");
    EXPECT_EQ(marks_text(500), "0.5");
    EXPECT_EQ(marks_text(-250), "-0.25");
    EXPECT_EQ(marks_text(1), "0.001");
    EXPECT_EQ(marks_text(0), "0");
    EXPECT_EQ(marks_text(120000), "120");
}

TEST(Marks, AreReadFromNumbersWithAtMostThreeDecimals) {
    EXPECT_EQ(marks_from_number(0.1), 100);
    EXPECT_EQ(marks_from_number(1.333), 1333);
    EXPECT_EQ(marks_from_number(4), 4000);
    EXPECT_FALSE(marks_from_number(0.0001));
    EXPECT_FALSE(marks_from_number(std::numeric_limits<double>::infinity()));
    EXPECT_FALSE(marks_from_number(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Average, IsRoundedHalfUp) {
    EXPECT_EQ(average(2000, 3), 667);
    EXPECT_EQ(average(1, 2), 1);
    EXPECT_EQ(average(-1, 2), 0);
    EXPECT_EQ(average(-3, 2), -1);
    EXPECT_EQ(average(-2000, 3), -667);
    EXPECT_EQ(average(0, 7), 0);
    EXPECT_EQ(average(4000, 4), 1000);
}

TEST(Percentage, IsRoundedHalfAwayFromZeroToTwoDecimals) {
    EXPECT_EQ(percentage_text(2000, 3000), "66.67");
    EXPECT_EQ(percentage_text(-1000, 3000), "-33.33");
    EXPECT_EQ(percentage_text(3000, 3000), "100");
    EXPECT_EQ(percentage_text(1, 80), "1.25");
    EXPECT_EQ(percentage_text(5, 0), "0");
}

}  // namespace
}  // namespace tripos::questions
