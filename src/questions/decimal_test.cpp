// SPDX-License-Identifier: MIT
#include "questions/decimal.hpp"

#include <gtest/gtest.h>

namespace tripos::questions {
namespace {

TEST(Decimal, IsTheShortestThatReadsBackTheSame) {
    EXPECT_EQ(decimal_text(0.1), "0.1");
    EXPECT_EQ(decimal_text(3), "3");
    EXPECT_EQ(decimal_text(-0.0), "0");
    EXPECT_EQ(decimal_text(-2.5), "-2.5");
    EXPECT_EQ(decimal_text(6.626e-34), "6.626e-34");
}

TEST(Decimal, BoundsAreInclusiveAndFreeOfBinaryRounding) {
    EXPECT_TRUE(is_within("0.3", "0.2", "0.1"));  // 0.3 - 0.2 > 0.1 in doubles
    EXPECT_TRUE(is_within("0.1", "0.2", "0.1"));
    EXPECT_FALSE(is_within("0.30000000000000004", "0.2", "0.1"));
    EXPECT_TRUE(is_within("9.81", "9.8", "0.01"));
    EXPECT_FALSE(is_within("9.82", "9.8", "0.01"));
    EXPECT_TRUE(is_within("-3", "-3", "0"));
    EXPECT_FALSE(is_within("3", "-3", "0"));
}

TEST(Decimal, ComparesAcrossMagnitudesExactly) {
    EXPECT_TRUE(is_within("6.63e-34", "6.626e-34", "4e-37"));
    EXPECT_FALSE(is_within("6.63e-34", "6.626e-34", "3.9e-37"));
    EXPECT_TRUE(is_within("1e+15", "1e+15", "1e-300"));
    EXPECT_FALSE(is_within("1e+15", "999999999999999.9", "1e-300"));
}

}  // namespace
}  // namespace tripos::questions
