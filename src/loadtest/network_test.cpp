// SPDX-License-Identifier: MIT
#include "loadtest/network.hpp"

#include <gtest/gtest.h>

namespace tripos::loadtest {
namespace {

TEST(Network, IsReadFromItsWords) {
    const auto both = parse_network("40ms,1%");
    ASSERT_TRUE(both);
    EXPECT_EQ(both->round_trip, 40'000);
    EXPECT_DOUBLE_EQ(both->loss, 0.01);
    EXPECT_EQ(parse_network("0.5ms")->round_trip, 500);
    EXPECT_TRUE(parse_network("0ms,0%")->is_direct());
    for (const auto* text : {"", "40", "40ms,", "40ms,1", "-1ms", "40ms,101%", "40ms,1%,2%",
                             "nanms", "1e99ms", "40 ms", ",1%"}) {
        EXPECT_FALSE(parse_network(text)) << text;
    }
}

TEST(Network, DelaysWhatIsLost) {
    std::minstd_rand random(1);
    const Network network{.round_trip = 40'000, .loss = 0.25};
    int late = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto took = network.one_way(random);
        EXPECT_TRUE(took == 20'000 || took == 260'000) << took;
        late += took > 20'000 ? 1 : 0;
    }
    EXPECT_NEAR(late, 2'500, 250);
}

}  // namespace
}  // namespace tripos::loadtest
