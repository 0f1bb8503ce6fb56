// SPDX-License-Identifier: MIT
#include "queue/detail/schedule_plan.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <functional>

namespace tripos::queue::detail {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

const Timestamp kNow = from_millis(1'700'000'000'000);

struct Refused {
    const char* name;
    const char* field;
    std::function<void(std::string& id, RepeatOptions& repeat, JobTemplate& job)> spoil;
};

class ScheduleRules : public testing::TestWithParam<Refused> {};

TEST_P(ScheduleRules, NameTheField) {
    std::string id = "s";
    RepeatOptions repeat{.every = 1s};
    JobTemplate job{.name = "tick"};
    ASSERT_TRUE(check_scheduler(id, repeat, job, kNow));
    GetParam().spoil(id, repeat, job);
    const Result<> result = check_scheduler(id, repeat, job, kNow);
    ASSERT_FALSE(result);
    ASSERT_FALSE(result.error().fields.empty());
    EXPECT_EQ(result.error().fields.front().field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    All, ScheduleRules,
    testing::Values(
        Refused{"EmptyId", "id", [](auto& id, auto&, auto&) { id = ""; }},
        Refused{"FourColons", "id", [](auto& id, auto&, auto&) { id = "a:b:c:d:e"; }},
        Refused{"Neither", "every", [](auto&, auto& repeat, auto&) { repeat.every = 0ms; }},
        Refused{"Both", "every", [](auto&, auto& repeat, auto&) { repeat.pattern = "* * * * *"; }},
        Refused{"Negative", "every", [](auto&, auto& repeat, auto&) { repeat.every = -1s; }},
        Refused{"LargeOffset", "offset", [](auto&, auto& repeat, auto&) { repeat.offset = 1s; }},
        Refused{"TwoStarts", "immediately",
                [](auto&, auto& repeat, auto&) {
                    repeat.immediately = true;
                    repeat.start_date = kNow;
                }},
        Refused{"PastEnd", "end_date", [](auto&, auto& repeat, auto&) { repeat.end_date = kNow; }},
        Refused{"NoRuns", "limit", [](auto&, auto& repeat, auto&) { repeat.limit = 0; }},
        Refused{"OwnId", "options", [](auto&, auto&, auto& job) { job.options.job_id = "x"; }},
        Refused{"OwnDelay", "options", [](auto&, auto&, auto& job) { job.options.delay = 1s; }},
        Refused{"BadData", "data", [](auto&, auto&, auto& job) { job.data = "{"; }}),
    [](const auto& row) { return row.param.name; });

TEST(SchedulePlan, DefinitionComesBackAsItWasWritten) {
    const RepeatOptions repeat{.pattern = "0 8 * * 1-5",
                               .tz = "Europe/Paris",
                               .limit = 7,
                               .start_date = kNow,
                               .end_date = kNow + 24h};
    const JobTemplate job{.name = "tick", .data = R"({"a":1})", .options = {.attempts = 3}};
    const std::vector<std::string> fields = write_definition(repeat, job);
    std::map<std::string, std::string> stored;
    for (std::size_t i = 0; i < fields.size(); i += 2) {
        stored[fields[i]] = fields[i + 1];
    }
    stored["ic"] = "4";
    const JobScheduler read = read_definition("s", stored);
    EXPECT_EQ(read.repeat.pattern, repeat.pattern);
    EXPECT_EQ(read.repeat.tz, repeat.tz);
    EXPECT_EQ(read.repeat.limit, repeat.limit);
    EXPECT_EQ(read.repeat.start_date, repeat.start_date);
    EXPECT_EQ(read.repeat.end_date, repeat.end_date);
    EXPECT_EQ(read.job.data, job.data);
    EXPECT_EQ(read.job.options.attempts, 3);
    EXPECT_EQ(read.iteration_count, 4);
}

TEST(SchedulePlan, NextRunKeepsTheOptionsItDoesNotKnow) {
    const auto next = plan_next_run(
        R"({"attempts":2,"jobId":"repeat:s:1","delay":5,"extra":[1],"repeat":{"every":2000,"count":1}})",
        kNow);
    ASSERT_TRUE(next && *next);
    EXPECT_FALSE((*next)->at);
    EXPECT_EQ((*next)->every, "2000");
    const json::object options = json::parse((*next)->options).as_object();
    EXPECT_EQ(options.at("extra"), json::parse("[1]"));
    EXPECT_EQ(options.at("repeat"), json::parse(R"({"every":2000,"count":2})"));
    EXPECT_EQ(options.at("timestamp"), to_millis(kNow));
    EXPECT_FALSE(options.contains("jobId") || options.contains("delay"));
}

TEST(SchedulePlan, PatternGoesOnFromTheLaterOfNowAndTheFetchedRun) {
    const std::string minute = R"("repeat":{"pattern":"0 * * * * *","tz":"UTC","count":1})";
    const auto at = [&minute](std::int64_t previous) {
        const auto next = plan_next_run(
            R"({"prevMillis":)" + std::to_string(previous) + "," + minute + "}", kNow);
        return to_millis((*next)->at.value()) - to_millis(kNow);
    };
    // kNow is 20 seconds past a minute.
    EXPECT_EQ(at(0), 40'000);
    EXPECT_EQ(at(to_millis(kNow) + 40'000), 100'000);
}

TEST(SchedulePlan, EndsAfterItsLimitAndItsEndC126) {
    const auto goes_on = [](const std::string& repeat) {
        const auto next = plan_next_run(R"({"repeat":)" + repeat + "}", kNow);
        return next && next->has_value();
    };
    EXPECT_TRUE(goes_on(R"({"every":1000,"limit":3,"count":2})"));
    EXPECT_FALSE(goes_on(R"({"every":1000,"limit":3,"count":3})"));
    EXPECT_TRUE(goes_on(R"({"every":1000,"endDate":1700000000000})"));
    EXPECT_FALSE(goes_on(R"({"every":1000,"endDate":1699999999999})"));
}

TEST(SchedulePlan, UnknownPatternIsAnError) {
    EXPECT_FALSE(plan_next_run(R"({"repeat":{"pattern":"every full moon"}})", kNow));
    EXPECT_FALSE(first_by_pattern({.pattern = "0 0 30 2 *"}, kNow));
    EXPECT_FALSE(first_by_pattern({.pattern = "* * * * *", .tz = "Mars/Base"}, kNow));
}

TEST(SchedulePlan, PatternStartsAfterItsStartOrAtOnce) {
    const RepeatOptions later{.pattern = "0 * * * * *", .start_date = kNow + 1h};
    EXPECT_EQ(first_by_pattern(later, kNow).value(), kNow + 1h + 40s);
    const RepeatOptions at_once{.pattern = "0 0 1 1 *", .immediately = true};
    EXPECT_EQ(first_by_pattern(at_once, kNow).value(), kNow);
}

}  // namespace
}  // namespace tripos::queue::detail
