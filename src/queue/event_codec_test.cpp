// SPDX-License-Identifier: MIT
#include "queue/detail/event_codec.hpp"

#include <gtest/gtest.h>

namespace tripos::queue::detail {
namespace {

using Type = redis::Reply::Type;

redis::Reply text(const std::string& value) {
    return {.type = Type::text, .text = value};
}

redis::Reply list(std::vector<redis::Reply> elements, Type type = Type::array) {
    return {.type = type, .elements = std::move(elements)};
}

redis::Reply entry(const std::string& id, const std::vector<std::string>& fields) {
    std::vector<redis::Reply> texts;
    for (const std::string& field : fields) {
        texts.push_back(text(field));
    }
    return list({text(id), list(std::move(texts))});
}

TEST(ReadEvents, UnderstandsBothProtocolsC113) {
    const redis::Reply entries =
        list({entry("1-0", {"event", "waiting", "jobId", "7", "prev", "active"}),
              entry("2-0", {"event", "paused"})});
    const redis::Reply resp3 = list({text("key"), entries}, Type::map);
    const redis::Reply resp2 = list({list({text("key"), entries})});
    for (const redis::Reply& reply : {resp3, resp2}) {
        const std::vector<QueueEvent> events = read_events(reply);
        ASSERT_EQ(events.size(), 2U);
        EXPECT_EQ(events[0].id, "1-0");
        EXPECT_EQ(events[0].name, "waiting");
        EXPECT_EQ(events[0].job_id, "7");
        EXPECT_EQ(events[0].field("prev"), "active");
        EXPECT_EQ(events[0].field("nothing"), "");
        EXPECT_EQ(events[1].name, "paused");
        EXPECT_EQ(events[1].job_id, "");
    }
}

TEST(EventIds, AreOrderedByTimeAndSequence) {
    EXPECT_TRUE(is_before("999-5", "1000-0"));
    EXPECT_TRUE(is_before("7-9", "7-10"));
    EXPECT_TRUE(is_before("0-0", "0-1"));
    EXPECT_FALSE(is_before("7", "7-0"));
    EXPECT_FALSE(is_before("7-0", "7-0"));
    EXPECT_FALSE(is_before("8-0", "7-9"));
}

TEST(ReadEvents, IsNotStoppedByForeignEntriesC115) {
    EXPECT_TRUE(read_events(redis::Reply()).empty());
    const redis::Reply entries =
        list({entry("1-0", {"odd"}), entry("2-0", {"some", "field"}), list({text("3-0")})});
    const std::vector<QueueEvent> events = read_events(list({text("key"), entries}, Type::map));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].name, "");
    EXPECT_EQ(events[1].field("some"), "field");
}

}  // namespace
}  // namespace tripos::queue::detail
