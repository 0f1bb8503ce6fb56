// SPDX-License-Identifier: MIT
#include "app/bar_chart.hpp"

#include <gtest/gtest.h>

namespace tripos::app {
namespace {

TEST(BarChart, DrawsTheLargestValueAtFullHeight) {
    EXPECT_EQ(draw({.values = {0, 4, 8}, .rows = 1}), "8 | ▄█\n");
}

TEST(BarChart, SpreadsOverItsRows) {
    EXPECT_EQ(draw({.values = {100, 50, 25, 0}, .rows = 2, .first_label = "a", .last_label = "b"}),
              "100 |█\n"
              "  0 |██▄\n"
              "     a  b\n");
}

TEST(BarChart, KeepsTheLabelsApart) {
    EXPECT_EQ(
        draw({.values = {1, 0, 0}, .rows = 1, .first_label = "3 min ago", .last_label = "now"}),
        "1 |█\n   3 min ago  now\n");
}

TEST(BarChart, NeverHidesASmallValue) {
    EXPECT_EQ(draw({.values = {1, 1'000'000}, .rows = 1}), "1000000 |▁█\n");
}

TEST(BarChart, StaysFlatWhenNothingHappened) {
    EXPECT_EQ(draw({.values = {0, 0}, .rows = 2, .first_label = "a"}), "1 |\n0 |\n   a\n");
}

TEST(BarChart, AveragesWhatDoesNotFit) {
    EXPECT_EQ(draw({.values = {9, 2, 4, 8, 8}, .columns = 3, .rows = 1}), "9 |█▃▇\n");
}

TEST(BarChart, IsNothingWithoutValues) {
    EXPECT_EQ(draw({.values = {}}), "");
}

}  // namespace
}  // namespace tripos::app
