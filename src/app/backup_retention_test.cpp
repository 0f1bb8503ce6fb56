// SPDX-License-Identifier: MIT
#include "app/backup_retention.hpp"

#include <gtest/gtest.h>

namespace tripos::app {
namespace {

using std::chrono::hours;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

TEST(Retention, IsReadFromWhatPeopleWrite) {
    EXPECT_EQ(parse_retention("28")->newest, 28U);
    const auto both = parse_retention("7d,4w");
    EXPECT_EQ(both->days, 7U);
    EXPECT_EQ(both->weeks, 4U);
    EXPECT_EQ(both->newest, 0U);
    for (const auto* wrong : {"", "0", "d", "7d,", "7d,7d", "7x", "-1", "100001", "1.5", "7 d"}) {
        EXPECT_FALSE(parse_retention(wrong)) << wrong;
    }
}

/// Hours before a Sunday's noon at which backups were made, newest first: those that stay.
std::vector<int> kept(const std::vector<int>& hours_ago, const char* text) {
    const sys_seconds sunday = sys_days(std::chrono::year(2026) / 11 / 29) + hours(12);
    std::vector<sys_seconds> times;
    for (const auto ago : hours_ago) {
        times.push_back(sunday - hours(ago));
    }
    const auto stay = staying(times, *parse_retention(text));
    std::vector<int> found;
    for (std::size_t i = 0; i < stay.size(); ++i) {
        if (stay[i]) {
            found.push_back(hours_ago[i]);
        }
    }
    return found;
}

TEST(Retention, KeepsTheNewestOfEach) {
    // Sunday noon, six and twelve; Saturday noon; the Sunday of the week before, and the Monday.
    const std::vector<int> ages{0, 6, 12, 24, 7 * 24, 13 * 24};
    EXPECT_EQ(kept(ages, "2"), (std::vector{0, 6}));
    EXPECT_EQ(kept(ages, "2d"), (std::vector{0, 24}));
    EXPECT_EQ(kept(ages, "1d,2w"), (std::vector{0, 7 * 24}));
    EXPECT_EQ(kept(ages, "9w"), (std::vector{0, 7 * 24}));
    EXPECT_EQ(kept(ages, "3,2d,2w"), (std::vector{0, 6, 12, 24, 7 * 24}));
    EXPECT_TRUE(kept({}, "7d,4w").empty());
}

}  // namespace
}  // namespace tripos::app
