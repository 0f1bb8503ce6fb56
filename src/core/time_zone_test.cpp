// SPDX-License-Identifier: MIT
#include "core/time_zone.hpp"

#include <gtest/gtest.h>

namespace tripos {
namespace {

std::string utc(const TimeZone& zone, std::string_view text) {
    const auto at = zone.read(text);
    return at ? to_iso8601(*at) : "not a time";
}

TEST(TimeZone, ReadsATimeWithoutOffsetAsLocal) {
    const TimeZone kolkata = TimeZone::find("Asia/Kolkata").value();
    EXPECT_EQ(utc(kolkata, "2026-01-31T09:30"), "2026-01-31T04:00:00.000Z");
    EXPECT_EQ(utc(kolkata, "2026-01-31 00:00:00"), "2026-01-30T18:30:00.000Z");
}

TEST(TimeZone, HonoursAnOffset) {
    const TimeZone kolkata = TimeZone::find("Asia/Kolkata").value();
    EXPECT_EQ(utc(kolkata, "2026-01-31T09:30:00Z"), "2026-01-31T09:30:00.000Z");
    EXPECT_EQ(utc(kolkata, "2026-01-31T09:30:00+02:00"), "2026-01-31T07:30:00.000Z");
}

TEST(TimeZone, DecidesTimesThatAClockChangeRepeatsOrSkips) {
    const TimeZone berlin = TimeZone::find("Europe/Berlin").value();
    EXPECT_EQ(utc(berlin, "2026-10-25T02:30"), "2026-10-25T00:30:00.000Z");  // the earlier of two
    EXPECT_EQ(utc(berlin, "2026-03-29T02:30"), "2026-03-29T01:00:00.000Z");  // the change itself
}

TEST(TimeZone, RefusesWhatIsNoTime) {
    const TimeZone zone = TimeZone::find("UTC").value();
    EXPECT_EQ(utc(zone, "tomorrow"), "not a time");
    EXPECT_EQ(utc(zone, "2026-02-30T10:00"), "not a time");
}

TEST(TimeZone, FindsNoUnknownZone) {
    EXPECT_FALSE(TimeZone::find("Mars/Olympus"));
}

TEST(TimeZone, TellsWhichOffsetHoldsWhen) {
    const TimeZone berlin = TimeZone::find("Europe/Berlin").value();
    const Timestamp change = berlin.read("2026-03-29T01:00:00Z").value();
    const ZoneSegment summer = berlin.segment_at(change);
    EXPECT_EQ(summer.begin, change);
    EXPECT_EQ(summer.offset, std::chrono::hours(2));
    EXPECT_EQ(to_iso8601(summer.end), "2026-10-25T01:00:00.000Z");
    EXPECT_EQ(berlin.segment_at(change - std::chrono::milliseconds(1)).offset,
              std::chrono::hours(1));
}

}  // namespace
}  // namespace tripos
