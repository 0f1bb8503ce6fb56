// SPDX-License-Identifier: MIT
#include "cache/pending.hpp"

#include <gtest/gtest.h>

namespace tripos::cache {
namespace {

using namespace std::chrono_literals;

TEST(Pending, RowTellsWhatWaitsAndIsWrittenOnlyWhereItChanges) {
    Pending pending;
    EXPECT_FALSE(pending.row());
    const auto first = pending.add("key a\n");
    pending.add("key b\n");
    pending.add("key a\n");
    const auto row = pending.row();
    ASSERT_TRUE(row);
    EXPECT_EQ(row->record, "+0 key a\n+4 b\n+4 a\n");
    EXPECT_EQ(row->oldest, first);
    pending.done(first);
    EXPECT_EQ(pending.row()->record, "+0 key b\n+4 a\n");
    EXPECT_FALSE(pending.wants_removal());
    pending.done_through(row->newest);
    EXPECT_TRUE(pending.wants_removal()) << "the row says otherwise";
    EXPECT_EQ(pending.row()->record, "");
    EXPECT_FALSE(pending.row());
    EXPECT_FALSE(pending.wants_removal());
}

TEST(Pending, WhatWaitsLongIsToBeRepeated) {
    Pending pending;
    const auto number = pending.add("tag t\n");
    EXPECT_TRUE(pending.older_than(1h).empty());
    const auto old = pending.older_than(0s);
    ASSERT_EQ(old.size(), 1U);
    EXPECT_EQ(old.front(), std::pair(number, std::string("tag t\n")));
}

TEST(Pending, RowOfTooManyNamesEverything) {
    Pending pending;
    for (std::size_t i = 0; i <= Pending::kMost; ++i) {
        pending.add("key " + std::to_string(i) + "\n");
    }
    EXPECT_EQ(pending.row()->record, "all\n");
}

}  // namespace
}  // namespace tripos::cache
