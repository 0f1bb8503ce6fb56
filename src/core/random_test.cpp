// SPDX-License-Identifier: MIT
#include "core/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

#include "support/fake_random.hpp"

namespace tripos {
namespace {

TEST(Random, BelowIsUniform) {
    test::SeededRandom random;
    std::array<int, 7> counts{};
    for (int i = 0; i < 70'000; ++i) {
        ++counts.at(random.below(7));
    }
    for (const int count : counts) {
        EXPECT_NEAR(count, 10'000, 500);  // five standard deviations
    }
}

TEST(Random, BelowKeepsItsBoundAtTheExtremes) {
    test::SeededRandom random;
    bool high = false;
    for (int i = 0; i < 1000; ++i) {
        EXPECT_EQ(random.below(1), 0U);
        EXPECT_LT(random.below(UINT32_MAX), UINT32_MAX);
        high = high || random.below(UINT32_MAX) > UINT32_MAX / 2;
    }
    EXPECT_TRUE(high);
}

/// These numbers, one after the other.
class ScriptedRandom final : public Random {
  public:
    explicit ScriptedRandom(std::vector<std::uint32_t> numbers) : numbers_(std::move(numbers)) {}
    void fill(std::span<std::uint8_t> bytes) override {
        std::memcpy(bytes.data(), &numbers_.at(next_++), bytes.size());
    }
    std::size_t drawn() const { return next_; }

  private:
    const std::vector<std::uint32_t> numbers_;
    std::size_t next_ = 0;
};

TEST(Random, BelowDrawsAgainWhatWouldFavourSmallNumbers) {
    constexpr std::uint32_t kStretches = UINT32_MAX / 10 * 10;
    ScriptedRandom random({kStretches + 3, kStretches, kStretches - 1});
    EXPECT_EQ(random.below(10), 9U);
    EXPECT_EQ(random.drawn(), 3U);
}

TEST(Random, BelowZeroIsABug) {
    test::SeededRandom random;
    EXPECT_DEATH(random.below(0), "assertion failed: bound > 0");
}

TEST(Random, UnitLiesInZeroToOne) {
    test::SeededRandom random;
    double sum = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double value = random.unit();
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
        sum += value;
    }
    EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

TEST(Random, HexHasTwoDigitsPerByte) {
    test::SeededRandom random;
    EXPECT_EQ(random.hex(0), "");
    EXPECT_EQ(random.hex(16).size(), 32U);
    EXPECT_EQ(random.hex(16).find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Random, OfTestsRepeatsForTheSameSeed) {
    test::SeededRandom first(7);
    test::SeededRandom second(7);
    test::SeededRandom third(8);
    const auto hex = first.hex(16);
    EXPECT_EQ(hex, second.hex(16));
    EXPECT_NE(hex, third.hex(16));
}

TEST(SecureRandom, DoesNotRepeat) {
    SecureRandom random;
    EXPECT_NE(random.hex(16), random.hex(16));
}

}  // namespace
}  // namespace tripos
