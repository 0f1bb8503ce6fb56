// SPDX-License-Identifier: MIT
#include "queue/cron.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tripos::queue {
namespace {

Timestamp at(std::string_view text) {
    return parse_iso8601(text).value().wall;
}

struct Row {
    std::string name;
    std::string pattern;
    std::string zone;
    std::string from;               // UTC
    std::vector<std::string> next;  // UTC
};

void PrintTo(const Row& row, std::ostream* out) {
    *out << row.pattern << " in " << row.zone;
}

class CronTable : public testing::TestWithParam<Row> {};

TEST_P(CronTable, FiresWhenItShould) {
    const Row& row = GetParam();
    const Result<CronSchedule> schedule = CronSchedule::parse(row.pattern, row.zone);
    ASSERT_TRUE(schedule) << schedule.error().message;
    Timestamp now = at(row.from);
    for (const std::string& expected : row.next) {
        const auto next = schedule->next_after(now);
        ASSERT_TRUE(next);
        EXPECT_EQ(to_iso8601(*next), to_iso8601(at(expected)));
        now = *next;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Dialect, CronTable,
    testing::Values(
        Row{"EveryMinute",
            "* * * * *",
            "UTC",
            "2024-01-31T23:58:30",
            {"2024-01-31T23:59", "2024-02-01T00:00"}},
        Row{"Seconds",
            "*/20 * * * * *",
            "UTC",
            "2024-01-31T23:59:30",
            {"2024-01-31T23:59:40", "2024-02-01T00:00"}},
        Row{"StrictlyAfter", "0 0 * * *", "UTC", "2024-01-31T00:00", {"2024-02-01T00:00"}},
        Row{"StepFromAValue",
            "5/25 * * * *",
            "UTC",
            "2024-01-31T00:00",
            {"2024-01-31T00:05", "2024-01-31T00:30", "2024-01-31T00:55", "2024-01-31T01:05"}},
        Row{"StepInARange",
            "1-20/5 * * * *",
            "UTC",
            "2024-01-31T00:10",
            {"2024-01-31T00:11", "2024-01-31T00:16", "2024-01-31T01:01"}},
        Row{"Names",
            "0 0 * JAN-MAR mon",
            "UTC",
            "2024-03-24T00:00",
            {"2024-03-25T00:00", "2025-01-06T00:00"}},
        Row{"SevenIsSunday",
            "0 0 * * 6-7",
            "UTC",
            "2024-02-02T00:00",
            {"2024-02-03T00:00", "2024-02-04T00:00", "2024-02-10T00:00"}},
        Row{"EitherOfDayAndWeekday",
            "0 0 13 * 5",
            "UTC",
            "2024-02-09T00:00",
            {"2024-02-13T00:00", "2024-02-16T00:00"}},
        Row{"LastDay",
            "0 0 L * *",
            "UTC",
            "2024-01-31T00:00",
            {"2024-02-29T00:00", "2024-03-31T00:00"}},
        Row{"LastDayAmongOthers",
            "0 0 L,15 * *",
            "UTC",
            "2023-02-01T00:00",
            {"2023-02-15T00:00", "2023-02-28T00:00"}},
        Row{"LastFriday",
            "0 0 * * 5L",
            "UTC",
            "2024-01-31T00:00",
            {"2024-02-23T00:00", "2024-03-29T00:00"}},
        Row{"MondaysAndTheLastFriday",
            "0 0 * * 1,5L",
            "UTC",
            "2024-02-18T00:00",
            {"2024-02-19T00:00", "2024-02-23T00:00", "2024-02-26T00:00"}},
        Row{"SecondFriday",
            "0 0 * * fri#2",
            "UTC",
            "2024-01-31T00:00",
            {"2024-02-09T00:00", "2024-03-08T00:00"}},
        Row{"LeapDay", "0 0 29 2 *", "UTC", "2024-03-01T00:00", {"2028-02-29T00:00"}},
        Row{"QuestionMark", "0 0 ? * 1", "UTC", "2024-01-31T00:00", {"2024-02-05T00:00"}},
        Row{"Alias", "@weekly", "UTC", "2024-01-31T00:00", {"2024-02-04T00:00"}},
        Row{"Spaces", "  0   0 * *  * ", "UTC", "2024-01-31T00:00", {"2024-02-01T00:00"}},
        Row{"LocalTime", "30 9 * * *", "Asia/Kolkata", "2024-01-31T00:00", {"2024-01-31T04:00"}}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ClockChange, CronTable,
    testing::Values(Row{"TheGapFiresLater",
                        "30 2 * * *",
                        "Europe/Berlin",
                        "2024-03-30T12:00",
                        {"2024-03-31T01:30", "2024-04-01T00:30"}},
                    Row{"TheGapFiresOnceWithItsNeighbour",
                        "30 2,3 * * *",
                        "Europe/Berlin",
                        "2024-03-30T12:00",
                        {"2024-03-31T01:30", "2024-04-01T00:30", "2024-04-01T01:30"}},
                    Row{"TheGapAtMidnight",
                        "0 0 * * *",
                        "America/Santiago",
                        "2024-09-07T12:00",
                        {"2024-09-08T04:00", "2024-09-09T03:00"}},
                    Row{"TheGapOfHalfAnHour",
                        "15 2 * * *",
                        "Australia/Lord_Howe",
                        "2024-10-05T00:00",
                        {"2024-10-05T15:45", "2024-10-06T15:15"}},
                    Row{"EveryHourGoesThroughTheGap",
                        "30 * * * *",
                        "Europe/Berlin",
                        "2024-03-31T00:00",
                        {"2024-03-31T00:30", "2024-03-31T01:30"}},
                    Row{"TheRepeatedHourFiresTheFirstTime",
                        "30 2 * * *",
                        "Europe/Berlin",
                        "2024-10-26T12:00",
                        {"2024-10-27T00:30", "2024-10-28T01:30"}},
                    Row{"WithinTheRepeatedHourItIsOver",
                        "30 1 * * *",
                        "America/New_York",
                        "2024-11-03T05:45",
                        {"2024-11-04T06:30"}},
                    Row{"EveryHourFiresInBothPasses",
                        "30 * * * *",
                        "Europe/Berlin",
                        "2024-10-26T23:45",
                        {"2024-10-27T00:30", "2024-10-27T01:30", "2024-10-27T02:30"}},
                    Row{"ARepeatedHalfHour",
                        "*/10 1-2 * * *",
                        "Australia/Lord_Howe",
                        "2024-04-06T14:40",
                        {"2024-04-06T14:50", "2024-04-06T15:30"}},
                    Row{"ADayThatNeverWas",
                        "0 12 * * *",
                        "Pacific/Apia",
                        "2011-12-29T00:00",
                        {"2011-12-29T22:00", "2011-12-30T22:00"}}),
    [](const auto& row) { return row.param.name; });

TEST(CronSchedule, HasNoNextTimeForADateThatNeverComes) {
    const Result<CronSchedule> schedule = CronSchedule::parse("0 0 31 2,4 *");
    ASSERT_TRUE(schedule);
    EXPECT_FALSE(schedule->next_after(at("2024-01-31T00:00")));
}

struct BadPattern {
    std::string pattern;
    std::string named;  // in the message
};

TEST(CronSchedule, RefusesABadPatternAndNamesTheField) {
    const std::vector<BadPattern> table = {
        {"60 * * * *", "minute: 60 is outside 0-59"},
        {"61 * * * * *", "second: 61"},
        {"* 24 * * *", "hour: 24 is outside 0-23"},
        {"* * 0 * *", "day of the month: 0 is outside 1-31"},
        {"* * * 13 *", "month: 13 is outside 1-12"},
        {"* * * * 8", "day of the week: 8 is outside 0-7"},
        {"5-1 * * * *", "runs backwards"},
        {"0 0 * * FRI-SUN", "runs backwards"},
        {"*/0 * * * *", "step"},
        {"*/x * * * *", "step"},
        {"1,,2 * * * *", "minute: '' is not a value"},
        {"a * * * *", "minute: 'a' is not a value"},
        {"-5 * * * *", "minute"},
        {"1.5 * * * *", "minute"},
        {"0 0 15W * *", "15W"},
        {"0 0 * * L", "day of the week"},
        {"0 0 * * 1#6", "1 to 5"},
        {"0 0 * * 1#2,3#1", "'#' stands alone"},
        {"0 0 * * 1,3#1", "'#' stands alone"},
        {"* * * *", "five fields"},
        {"* * * * * * *", "five fields"},
        {"", "five fields"},
        {"@reboot", "five fields"},
    };
    for (const BadPattern& row : table) {
        const Result<CronSchedule> schedule = CronSchedule::parse(row.pattern);
        ASSERT_FALSE(schedule) << row.pattern;
        EXPECT_EQ(schedule.error().fields.at(0).field, "pattern") << row.pattern;
        EXPECT_NE(schedule.error().message.find(row.named), std::string::npos)
            << row.pattern << ": " << schedule.error().message;
    }
}

TEST(CronSchedule, RefusesAnUnknownZone) {
    const Result<CronSchedule> schedule = CronSchedule::parse("@daily", "Mars/Olympus");
    ASSERT_FALSE(schedule);
    EXPECT_EQ(schedule.error().fields.at(0).field, "tz");
}

}  // namespace
}  // namespace tripos::queue
