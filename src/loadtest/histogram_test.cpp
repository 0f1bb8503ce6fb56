// SPDX-License-Identifier: MIT
#include "loadtest/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tripos::loadtest {
namespace {

TEST(Histogram, SaysZeroOfNothing) {
    EXPECT_EQ(Histogram().at(0.99), 0);
    EXPECT_EQ(Histogram().count(), 0);
}

TEST(Histogram, IsExactWhereValuesAreSmall) {
    Histogram histogram;
    for (int value = 1; value <= 100; ++value) {
        histogram.add(value);
    }
    EXPECT_EQ(histogram.at(0.5), 50);
    EXPECT_EQ(histogram.at(0.99), 99);
    EXPECT_EQ(histogram.at(1), 100);
    EXPECT_EQ(histogram.at(0), 1);
}

TEST(Histogram, HasTwoDigitsOfEveryQuantileOfEverySize) {
    std::mt19937_64 random(5);
    std::lognormal_distribution<double> spread(9, 3);
    Histogram histogram;
    std::vector<std::int64_t> sorted;
    for (int i = 0; i < 20'000; ++i) {
        const auto value = static_cast<std::int64_t>(std::min(spread(random), 3.5e9));
        histogram.add(value);
        sorted.push_back(value);
    }
    std::sort(sorted.begin(), sorted.end());
    for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
        const auto exact = sorted[static_cast<std::size_t>(std::ceil(share * 20'000)) - 1];
        EXPECT_GE(histogram.at(share), exact) << share;
        EXPECT_LE(histogram.at(share), exact + exact / 100) << share;
    }
    EXPECT_EQ(histogram.at(1), sorted.back());
}

TEST(Histogram, KeepsToItsBounds) {
    Histogram histogram;
    histogram.add(-5);
    EXPECT_EQ(histogram.at(1), 0);
    histogram.add(std::int64_t{1} << 60);
    EXPECT_EQ(histogram.max(), 3'600'000'000);
}

TEST(Histogram, AddsAnotherUp) {
    Histogram one;
    Histogram other;
    one.add(10);
    other.add(5'000);
    one.add_all(other);
    EXPECT_EQ(one.count(), 2);
    EXPECT_EQ(one.at(0.5), 10);
    EXPECT_EQ(one.max(), 5'000);
}

}  // namespace
}  // namespace tripos::loadtest
