// SPDX-License-Identifier: MIT
#include "core/clock.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "support/fake_clock.hpp"

namespace tripos {
namespace {

using std::chrono::minutes;

TEST(Clock, WritesIso8601WithMilliseconds) {
    EXPECT_EQ(to_iso8601(from_millis(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(from_millis(1767603600007)), "2026-01-05T09:00:00.007Z");
    EXPECT_EQ(to_iso8601(from_millis(1709164799999)), "2024-02-28T23:59:59.999Z");
    EXPECT_EQ(to_iso8601(from_millis(1709164800000)), "2024-02-29T00:00:00.000Z");
}

TEST(Clock, OfTestsStartsWhereItSaysAndAdvances) {
    test::FakeClock clock;
    EXPECT_EQ(to_iso8601(clock.now()), "2026-01-05T09:00:00.000Z");
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(to_iso8601(clock.now()), "2026-01-05T10:00:00.000Z");
}

struct ParseCase {
    const char* name;
    const char* text;
    const char* wall;  ///< nothing: refused
    std::optional<minutes> offset;
};

std::ostream& operator<<(std::ostream& out, const ParseCase& one) {
    return out << one.text;
}

class ParseIso8601 : public testing::TestWithParam<ParseCase> {};

TEST_P(ParseIso8601, ReadsOrRefuses) {
    const auto& expected = GetParam();
    const auto parsed = parse_iso8601(expected.text);
    if (expected.wall == nullptr) {
        EXPECT_FALSE(parsed);
        return;
    }
    ASSERT_TRUE(parsed);
    EXPECT_EQ(to_iso8601(parsed->wall), expected.wall);
    EXPECT_EQ(parsed->offset, expected.offset);
}

const ParseCase kParseCases[] = {
    {"Utc", "2026-11-23T09:30:00.000Z", "2026-11-23T09:30:00.000Z", minutes(0)},
    {"LowerCase", "2026-11-23t09:30:00z", "2026-11-23T09:30:00.000Z", minutes(0)},
    {"WithoutSeconds", "2026-11-23T09:30", "2026-11-23T09:30:00.000Z", std::nullopt},
    {"WithASpace", "2026-11-23 09:30:15", "2026-11-23T09:30:15.000Z", std::nullopt},
    {"OffsetEast", "2026-11-23T09:30:00+05:30", "2026-11-23T09:30:00.000Z", minutes(330)},
    {"OffsetWest", "2026-11-23T09:30:00-0800", "2026-11-23T09:30:00.000Z", minutes(-480)},
    {"ShortFraction", "2026-11-23T09:30:00.5Z", "2026-11-23T09:30:00.500Z", minutes(0)},
    {"LongFraction", "2026-11-23T09:30:00.123456789Z", "2026-11-23T09:30:00.123Z", minutes(0)},
    {"LeapDay", "2024-02-29T00:00Z", "2024-02-29T00:00:00.000Z", minutes(0)},
    {"LastYear", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", minutes(0)},
    {"Empty", "", nullptr, {}},
    {"DateOnly", "2026-11-23", nullptr, {}},
    {"NoLeapDay", "2026-02-29T00:00Z", nullptr, {}},
    {"MonthThirteen", "2026-13-01T00:00Z", nullptr, {}},
    {"DayZero", "2026-01-00T00:00Z", nullptr, {}},
    {"HourTwentyFour", "2026-01-01T24:00Z", nullptr, {}},
    {"MinuteSixty", "2026-01-01T00:60Z", nullptr, {}},
    {"LeapSecond", "2026-01-01T00:00:60Z", nullptr, {}},
    {"BeforeTheEpoch", "1969-12-31T23:59:59Z", nullptr, {}},
    {"FractionWithoutDigits", "2026-01-01T00:00:00.Z", nullptr, {}},
    {"FractionTooLong", "2026-01-01T00:00:00.1234567890Z", nullptr, {}},
    {"TrailingText", "2026-01-01T00:00Zx", nullptr, {}},
    {"LeadingBlank", " 2026-01-01T00:00Z", nullptr, {}},
    {"SignedNumber", "2026-+1-01T00:00Z", nullptr, {}},
    {"ShortYear", "226-01-01T00:00Z", nullptr, {}},
    {"OffsetTooLarge", "2026-01-01T00:00+24:00", nullptr, {}},
    {"OffsetCutShort", "2026-01-01T00:00+05:", nullptr, {}},
    {"NotAscii", "２０２６-01-01T00:00Z", nullptr, {}},
};

INSTANTIATE_TEST_SUITE_P(Table, ParseIso8601, testing::ValuesIn(kParseCases),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace tripos
