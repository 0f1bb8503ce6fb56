// SPDX-License-Identifier: MIT
#include "cache/detail/journal.hpp"

#include <gtest/gtest.h>

#include "cache/detail/rest_list.hpp"
#include "cache/detail/wakeups.hpp"

namespace tripos::cache {
namespace {

TEST(Journal, HoldsBackWhatWasNotConfirmed) {
    Journal journal;
    EXPECT_TRUE(journal.is_empty());
    EXPECT_FALSE(journal.busy_since());
    journal.add("a");
    const auto since = journal.busy_since();
    EXPECT_TRUE(since);
    journal.add("a");
    EXPECT_EQ(journal.busy_since(), since);
    EXPECT_TRUE(journal.holds_back("a"));
    EXPECT_FALSE(journal.holds_back("b"));
    const auto entries = journal.some(10);
    ASSERT_EQ(entries.size(), 1U);
    journal.done(entries);
    EXPECT_FALSE(journal.holds_back("a"));
    EXPECT_TRUE(journal.is_empty());
    EXPECT_FALSE(journal.busy_since());
}

TEST(Journal, WhatIsInvalidatedAgainDuringItsRepetitionStays) {
    Journal journal;
    journal.add("a");
    const auto entries = journal.some(10);
    journal.add("a");
    journal.done(entries);
    EXPECT_TRUE(journal.holds_back("a"));
}

TEST(Journal, WhatCameWhileEverythingWasInvalidatedStays) {
    Journal journal;
    journal.add("before");
    const auto mark = journal.mark();
    journal.add("meanwhile");
    journal.cleared(mark);
    EXPECT_FALSE(journal.holds_back("before"));
    EXPECT_TRUE(journal.holds_back("meanwhile"));
}

TEST(Journal, OverflowHoldsEverythingBackUntilEverythingIsInvalidated) {
    Journal journal;
    for (std::size_t i = 0; i <= Journal::kLimit; ++i) {
        journal.add(std::to_string(i));
    }
    EXPECT_TRUE(journal.has_overflowed());
    EXPECT_TRUE(journal.holds_back("never heard of"));
    EXPECT_TRUE(journal.some(10).empty());
    const auto early = journal.mark();
    journal.add("while everything is being invalidated");
    journal.cleared(early);
    EXPECT_TRUE(journal.has_overflowed());
    journal.cleared(journal.mark());
    EXPECT_FALSE(journal.holds_back("never heard of"));
    EXPECT_TRUE(journal.is_empty());
}

TEST(RestList, KeyRestsUntilItsTimeAndAnotherMayTakeItsPlace) {
    RestList resting;
    EXPECT_FALSE(resting.rests(7, 0));
    resting.rest(7, 100);
    EXPECT_TRUE(resting.rests(7, 99));
    EXPECT_FALSE(resting.rests(7, 100));
    EXPECT_FALSE(resting.rests(8, 0));
    resting.rest(7 + 1'024, 100);
    EXPECT_FALSE(resting.rests(7, 0));
}

TEST(Wakeups, WakeThoseWhoWaitForThatValueOnly) {
    asio::io_context context;
    Wakeups wakeups;
    bool is_woken = false;
    {
        Wakeups::Waiter waiter(wakeups, "a", context.get_executor());
        wakeups.wake("b");
        EXPECT_EQ(context.poll(), 0U);
        context.restart();
        wakeups.wake("a");
        is_woken = context.poll() == 1;
    }
    EXPECT_TRUE(is_woken);
    context.restart();
    wakeups.wake("a");
    wakeups.wake_all();
    EXPECT_EQ(context.poll(), 0U) << "the waiter is gone";
}

}  // namespace
}  // namespace tripos::cache
