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

/// What read_decimal makes of a member, or the complaint.
std::string read(std::string_view value, Sign sign = Sign::any) {
    http::Request request;
    request.body = R"({"n":)" + std::string(value) + "}";
    http::BodyReader body(request);
    const auto number = read_decimal(body, "n", sign);
    if (const auto error = body.error()) {
        return error->fields.empty() ? error->message : error->fields.front().message;
    }
    return number.value_or("none");
}

TEST(Decimal, IsReadFromItsDigitsWithinARangeThatRefusalsName) {
    EXPECT_EQ(read("6.626e-34"), "6.626e-34");  // a step off where the parser's own value is taken
    EXPECT_EQ(read("-1E300"), "-1e+300");
    EXPECT_EQ(read("\"1e-300\""), "1e-300");
    EXPECT_EQ(read("0"), "0");
    EXPECT_EQ(read("null"), "none");
    EXPECT_EQ(read("2e300"), "n must be a number between -1e+300 and 1e+300");
    EXPECT_EQ(read("-1", Sign::not_negative), "n must be a number between 0 and 1e+300");
    EXPECT_EQ(read("9e-301"), "n must be 0 or of a size of at least 1e-300");
    const std::string beyond = "n is too large or too small a number: 1e-300 to 1e300 can be read";
    EXPECT_EQ(read("1e400"), beyond);
    EXPECT_EQ(read("1e-400"), beyond);
}

TEST(Decimal, ComparesAcrossTheWholeRange) {
    EXPECT_TRUE(is_within("1e+300", "1e+300", "1e-300"));
    EXPECT_FALSE(is_within("1e-300", "2e-300", "9e-301"));
    EXPECT_FALSE(is_within("1e+300", "9.999999999999999e+299", "1e-300"));
}

TEST(Decimal, ComparesAcrossMagnitudesExactly) {
    EXPECT_TRUE(is_within("6.63e-34", "6.626e-34", "4e-37"));
    EXPECT_FALSE(is_within("6.63e-34", "6.626e-34", "3.9e-37"));
    EXPECT_TRUE(is_within("1e+15", "1e+15", "1e-300"));
    EXPECT_FALSE(is_within("1e+15", "999999999999999.9", "1e-300"));
}

}  // namespace
}  // namespace tripos::questions
