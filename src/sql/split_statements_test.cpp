// SPDX-License-Identifier: MIT
#include "sql/detail/split_statements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tripos::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitStatements, CutsAtSemicolonsAndTrims) {
    EXPECT_THAT(split_statements(" a ;\n b;c"), ElementsAre("a", "b", "c"));
}

TEST(SplitStatements, LeavesOutEmptyOnes) {
    EXPECT_THAT(split_statements(""), IsEmpty());
    EXPECT_THAT(split_statements(";; \n;"), IsEmpty());
    EXPECT_THAT(split_statements("a; -- the end;\n"), ElementsAre("a"));
}

TEST(SplitStatements, RespectsQuotesAndComments) {
    EXPECT_THAT(split_statements("a ';' b; c"), ElementsAre("a ';' b", "c"));
    EXPECT_THAT(split_statements("a 'it''s;' b; c"), ElementsAre("a 'it''s;' b", "c"));
    EXPECT_THAT(split_statements("a \";\" b; c"), ElementsAre("a \";\" b", "c"));
    EXPECT_THAT(split_statements("a -- x; y\n b; c"), ElementsAre("a -- x; y\n b", "c"));
}

TEST(SplitStatements, TakesAnUnclosedQuoteToTheEnd) {
    EXPECT_THAT(split_statements("a 'b; c"), ElementsAre("a 'b; c"));
}

}  // namespace
}  // namespace tripos::sql
