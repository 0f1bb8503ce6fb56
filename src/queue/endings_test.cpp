// SPDX-License-Identifier: MIT
#include "queue/detail/endings.hpp"

#include <gtest/gtest.h>

namespace tripos::queue::detail {
namespace {

using Texts = std::vector<std::string>;

const Settlement kDone{.kind = Settlement::Kind::completed, .value = "7"};
const Settlement kBroken{
    .kind = Settlement::Kind::failed, .value = "why", .stacktrace = "[\"why\"]"};
const std::string kToken = "t";

TEST(Endings, StandInGroupsOfThoseThatEndAlike) {
    const Job a{.id = "1"};
    const Job b{.id = "2", .options = {.attempts = 3}, .attempts_made = 2};
    const Job c{.id = "3"};
    const Retention keep{.count = 5};
    const std::vector<Ending> endings = {
        {a, kToken, kDone, keep}, {b, kToken, kBroken, Retention{}}, {c, kToken, kDone, keep}};
    Texts arguments;
    const std::vector<std::size_t> order = append_endings(arguments, endings);
    EXPECT_EQ(order, (std::vector<std::size_t>{0, 2, 1}));
    EXPECT_EQ(arguments, (Texts{"2", "completed", "5", "",  "1000", "1", "3",         "t",
                                "t", "7",         "7", "1", "1",    "1", "failed",    "",
                                "",  "1000",      "2", "t", "why",  "3", "[\"why\"]", "3"}));
}

TEST(Endings, KeepByDifferentRulesInDifferentGroups) {
    const Job a{.id = "1"};
    const std::vector<Ending> endings = {
        {a, kToken, kDone, Retention{.age = std::chrono::seconds(9)}},
        {a, kToken, kDone, Retention{.count = -1}},
        {a, kToken, kDone, Retention{.count = 0}}};
    Texts arguments;
    append_endings(arguments, endings);
    ASSERT_EQ(arguments.size(), 27U);
    EXPECT_EQ(Texts(arguments.begin() + 2, arguments.begin() + 4), (Texts{"", "9"}));
    EXPECT_EQ(Texts(arguments.begin() + 11, arguments.begin() + 13), (Texts{"", ""}));
    EXPECT_EQ(Texts(arguments.begin() + 20, arguments.begin() + 22), (Texts{"0", ""}));
}

TEST(Endings, RemoveAsManyAgedOnesAsTheirLimitSays) {
    const Job a{.id = "1"};
    const auto limit_of = [&a](std::optional<std::int64_t> limit) {
        const Retention keep{.age = std::chrono::seconds(9), .limit = limit};
        const std::vector<Ending> endings = {{a, kToken, kDone, keep}};
        Texts arguments;
        append_endings(arguments, endings);
        return arguments.at(4);
    };
    EXPECT_EQ(limit_of(10), "10");
    EXPECT_EQ(limit_of(std::nullopt), "1000");
    EXPECT_EQ(limit_of(5'000), "1000");
    EXPECT_EQ(limit_of(-1), "1");
}

TEST(Endings, LetTheScriptReadWhatOthersMayHaveChanged) {
    const Job own_id{.id = "mine"};
    const Job child{.id = "1", .parent_key = "bull:q:9"};
    const Job owner{.id = "2", .deduplication_id = "d"};
    const std::vector<Ending> endings = {{own_id, kToken, kDone, Retention{}},
                                         {child, kToken, kDone, Retention{}},
                                         {owner, kToken, kDone, Retention{}}};
    Texts arguments;
    append_endings(arguments, endings);
    EXPECT_EQ(Texts(arguments.end() - 3, arguments.end()), (Texts{"", "", ""}));
}

}  // namespace
}  // namespace tripos::queue::detail
