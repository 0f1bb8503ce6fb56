// SPDX-License-Identifier: MIT
#include "redis/detail/cluster_lookup.hpp"

#include <gtest/gtest.h>

#include "redis/resp.hpp"

namespace tripos::redis {
namespace {

Reply read(std::string_view bytes) {
    ReplyReader reader;
    reader.feed(bytes);
    return **reader.next();
}

/// Two ranges; the second one's owner does not know by which name it was found.
const Reply& slots() {
    static const Reply reply = read(
        "*2\r\n"
        "*4\r\n:0\r\n:5460\r\n*3\r\n$2\r\nn1\r\n:7001\r\n$1\r\nx\r\n*3\r\n$2\r\nn4\r\n:7004\r\n$"
        "1\r\ny\r\n"
        "*3\r\n:5461\r\n:10922\r\n*3\r\n$-1\r\n:7002\r\n$1\r\nz\r\n");
    return reply;
}

TEST(SlotOwner, IsTheFirstNodeOfTheRange) {
    EXPECT_EQ(owner_of(slots(), 0)->host, "n1");
    EXPECT_EQ(owner_of(slots(), 5460)->port, 7001);
    EXPECT_EQ(owner_of(slots(), 5461)->host, "");
    EXPECT_EQ(owner_of(slots(), 9263)->port, 7002);
}

TEST(SlotOwner, IsNobodyOutsideTheRangesOrInGarbage) {
    EXPECT_FALSE(owner_of(slots(), 10923));
    EXPECT_FALSE(owner_of(read("*0\r\n"), 1));
    EXPECT_FALSE(owner_of(read("-ERR This instance has cluster support disabled\r\n"), 1));
    EXPECT_FALSE(owner_of(read("*1\r\n*3\r\n:0\r\n:9\r\n*2\r\n$1\r\nh\r\n:70000\r\n"), 1));
    EXPECT_FALSE(owner_of(read("*1\r\n*3\r\n:0\r\n:9\r\n*1\r\n$1\r\nh\r\n"), 1));
}

}  // namespace
}  // namespace tripos::redis
