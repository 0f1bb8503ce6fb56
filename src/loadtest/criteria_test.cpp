// SPDX-License-Identifier: MIT
#include "loadtest/criteria.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tripos::loadtest {
namespace {

bool has_row(const Report& report, const char* what) {
    return std::any_of(report.rows.begin(), report.rows.end(),
                       [what](const Row& row) { return row.what == what; });
}

TEST(Criteria, AskAServerForNothingThatItDoesNotTell) {
    Report silent;
    conclude(silent, {}, false, false);
    EXPECT_EQ(silent.verdict, Verdict::met);
    EXPECT_FALSE(has_row(silent, "cache hits"));
    Report told;
    told.figures.add(0, "tripos_cache_lookups_total{result=\"miss\"} 0\n");
    told.figures.add(1, "tripos_cache_lookups_total{result=\"miss\"} 9\n");
    conclude(told, {}, false, false);
    EXPECT_EQ(told.verdict, Verdict::missed);
    EXPECT_TRUE(has_row(told, "cache hits"));
}

TEST(Criteria, WantOneTimeOnBothSides) {
    EXPECT_EQ(clock_problem(1'000, 990, 1'010), "");
    EXPECT_EQ(clock_problem(1'250, 900, 1'000), "");
    EXPECT_EQ(clock_problem(1'251, 900, 1'000),
              "the server's clock is 251 ms before that of the generator");
    EXPECT_EQ(clock_problem(649, 900, 1'000),
              "the server's clock is 251 ms behind that of the generator");
}

}  // namespace
}  // namespace tripos::loadtest
