// SPDX-License-Identifier: MIT
#include "exams/time_zone.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace tripos::exams {
namespace {

std::string utc(const TimeZone& zone, std::string_view text) {
    const auto at = zone.read(text);
    return at ? to_iso8601(*at) : "not a time";
}

TEST(TimeZone, ReadsATimeWithoutOffsetAsLocal) {
    const TimeZone kolkata("Asia/Kolkata");
    EXPECT_EQ(utc(kolkata, "2026-01-31T09:30"), "2026-01-31T04:00:00.000Z");
    EXPECT_EQ(utc(kolkata, "2026-01-31 00:00:00"), "2026-01-30T18:30:00.000Z");
}

TEST(TimeZone, HonoursAnOffset) {
    const TimeZone kolkata("Asia/Kolkata");
    EXPECT_EQ(utc(kolkata, "2026-01-31T09:30:00Z"), "2026-01-31T09:30:00.000Z");
    EXPECT_EQ(utc(kolkata, "2026-01-31T09:30:00+02:00"), "2026-01-31T07:30:00.000Z");
}

TEST(TimeZone, DecidesTimesThatAClockChangeRepeatsOrSkips) {
    const TimeZone berlin("Europe/Berlin");
    EXPECT_EQ(utc(berlin, "2026-10-25T02:30"), "2026-10-25T00:30:00.000Z");  // the earlier of two
    EXPECT_EQ(utc(berlin, "2026-03-29T02:30"), "2026-03-29T01:00:00.000Z");  // the change itself
}

TEST(TimeZone, RefusesWhatIsNoTime) {
    const TimeZone zone("UTC");
    EXPECT_EQ(utc(zone, "tomorrow"), "not a time");
    EXPECT_EQ(utc(zone, "2026-02-30T10:00"), "not a time");
}

TEST(TimeZone, NamesAnUnknownZone) {
    try {
        const TimeZone zone("Mars/Olympus");
        FAIL() << "accepted";
    } catch (const SystemError& problem) {
        EXPECT_NE(std::string(problem.what()).find("Mars/Olympus"), std::string::npos);
    }
}

}  // namespace
}  // namespace tripos::exams
