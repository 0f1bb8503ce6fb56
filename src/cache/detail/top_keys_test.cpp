// SPDX-License-Identifier: MIT
#include "cache/detail/top_keys.hpp"

#include <gtest/gtest.h>

#include <random>

#include "cache/family.hpp"

namespace tripos::cache {
namespace {

class Lookups {
  public:
    void of(const std::string& id) {
        const std::array<std::string_view, 1> parts{id};
        top_.note(family_.key(parts));
    }
    std::vector<TopKey> top() const { return top_.list(); }

  private:
    Family family_{{.name = "f", .pattern = "k:{0}"},
                   [](Bytes bytes) { return bytes; },
                   [](const void*) { return std::size_t{0}; }};
    TopKeys top_;
};

TEST(TopKeys, AreFoundAmongManyOthersAndNotOverestimated) {
    Lookups lookups;
    std::mt19937 random(7);
    for (int i = 0; i < 15'000; ++i) {
        const auto draw = random() % 100;
        if (draw < 30) {
            lookups.of("first");
        } else if (draw < 40) {
            lookups.of("second");
        } else {
            lookups.of("other" + std::to_string(random() % 5'000));
        }
    }
    const auto top = lookups.top();
    ASSERT_GE(top.size(), 2U);
    ASSERT_LE(top.size(), 10U);
    EXPECT_EQ(top[0].name, "k:first");
    EXPECT_EQ(top[0].family, "f");
    EXPECT_NEAR(top[0].share, 0.3, 0.02);
    EXPECT_EQ(top[1].name, "k:second");
    EXPECT_NEAR(top[1].share, 0.1, 0.02);
    for (std::size_t i = 2; i < top.size(); ++i) {
        EXPECT_LT(top[i].share, 0.01) << top[i].name;
    }
}

TEST(TopKeys, FadeWhenTheyAreNoLongerAskedFor) {
    Lookups lookups;
    for (int i = 0; i < 30'000; ++i) {
        lookups.of("old");
    }
    for (int i = 0; i < 60'000; ++i) {
        lookups.of("new");
    }
    const auto top = lookups.top();
    ASSERT_EQ(top.size(), 2U);
    EXPECT_EQ(top[0].name, "k:new");
    EXPECT_GT(top[0].share, 0.8);
    EXPECT_LT(top[1].share, 0.2);
}

}  // namespace
}  // namespace tripos::cache
