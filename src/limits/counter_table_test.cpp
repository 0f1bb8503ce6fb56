// SPDX-License-Identifier: MIT
#include "limits/counter_table.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace tripos::limits {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kRoom = 100;

Ask ask(std::string key, std::int64_t count = 3, std::string kind = "test:client") {
    return {.key = std::move(key),
            .kind = std::move(kind),
            .limit = {.counter = "test", .count = count, .window = minutes(1)}};
}

class CounterTableTest : public testing::Test {
  protected:
    std::optional<Refusal> apply(Act act, std::vector<Ask> asks) {
        return table_.apply(act, asks, clock_.now());
    }

    test::FakeClock clock_;
    CounterTable table_{kRoom};
};

TEST_F(CounterTableTest, RefusesBeyondTheCountUntilTheWindowEnds) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(apply(Act::take, {ask("key")}));
    }
    clock_.advance(seconds(20));
    EXPECT_EQ(apply(Act::take, {ask("key")})->wait, seconds(40));
    EXPECT_FALSE(apply(Act::take, {ask("other")}));
    clock_.advance(seconds(40));
    EXPECT_FALSE(apply(Act::take, {ask("key")}));
}

TEST_F(CounterTableTest, CountsAllOrNone) {
    EXPECT_FALSE(apply(Act::take, {ask("small", 1)}));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(apply(Act::take, {ask("wide"), ask("small", 1)})->which, 1U);
    }
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(apply(Act::take, {ask("wide")}));
    }
}

TEST_F(CounterTableTest, LookingCountsNothing) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(apply(Act::look, {ask("key")}));
    }
    EXPECT_EQ(table_.size(), 0U);
}

TEST_F(CounterTableTest, AFloodOfKeysPushesNoCounterOut) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(apply(Act::take, {ask("victim")}));
    }
    for (int i = 0; i < 1000; ++i) {
        apply(Act::take, {ask("flood " + std::to_string(i))});
        EXPECT_LE(table_.size(), kRoom);
    }
    EXPECT_TRUE(apply(Act::take, {ask("victim")}));
    EXPECT_TRUE(apply(Act::take, {ask("new")}));
    EXPECT_FALSE(apply(Act::take, {ask("flood 7")}));  // what runs already goes on
    EXPECT_FALSE(apply(Act::take, {ask("of another kind", 3, "test:account")}));
    clock_.advance(minutes(1));
    EXPECT_FALSE(apply(Act::take, {ask("new")}));
    EXPECT_EQ(table_.size(), 2U);  // what is over goes when its kind needs the room
}

}  // namespace
}  // namespace tripos::limits
