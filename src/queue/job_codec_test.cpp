// SPDX-License-Identifier: MIT
#include "queue/detail/job_codec.hpp"
#include "queue/detail/json_check.hpp"

#include <gtest/gtest.h>

namespace tripos::queue::detail {
namespace {

using namespace std::chrono_literals;

redis::Reply reply(std::string value) {
    return {.type = redis::Reply::Type::text, .text = std::move(value)};
}

TEST(JobOptions, WriteOnlyWhatIsSet) {
    EXPECT_EQ(serialise_options({}), R"({"attempts":0})");
}

TEST(JobOptions, UseTheNamesOfBullMq) {
    const JobOptions options{.job_id = "x",
                             .priority = 3,
                             .delay = 5s,
                             .attempts = 2,
                             .backoff = Backoff{.type = "exponential", .delay = 1s, .jitter = 0.5},
                             .lifo = true,
                             .remove_on_complete = Retention{.age = 60s, .count = 10},
                             .remove_on_fail = Retention{.count = 0},
                             .keep_logs = 5,
                             .stack_trace_limit = 2,
                             .size_limit = 1000,
                             .timestamp = from_millis(1'700'000'000'000)};
    EXPECT_EQ(serialise_options(options),
              R"({"attempts":2,"backoff":{"type":"exponential","delay":1000,"jitter":5E-1},)"
              R"("delay":5000,"priority":3,"lifo":true,"jobId":"x","timestamp":1700000000000,)"
              R"("removeOnComplete":{"age":60,"count":10},"removeOnFail":true,)"
              R"("stackTraceLimit":2,"sizeLimit":1000,"kl":5})");
}

TEST(JobOptions, CarryBullMqsTelemetryAsItIs) {
    const std::string place = R"({"traceparent":"00-x"})";
    const JobOptions options{.telemetry = place};
    EXPECT_EQ(serialise_options(options), R"({"attempts":0,"tm":"{\"traceparent\":\"00-x\"}"})");
    EXPECT_EQ(parse_options(serialise_options(options)).telemetry, place);
    EXPECT_EQ(parse_options(R"({"attempts":0,"tm":7})").telemetry, "");
}

TEST(JobOptions, SurviveARoundTrip) {
    const JobOptions options{.job_id = "a/b",
                             .priority = 3,
                             .delay = 5s,
                             .attempts = 2,
                             .backoff = Backoff{.delay = 250ms},
                             .lifo = true,
                             .remove_on_complete = Retention{.count = 10},
                             .remove_on_fail = Retention{.age = 60s},
                             .keep_logs = 5};
    const JobOptions read = parse_options(serialise_options(options));
    EXPECT_EQ(read.job_id, "a/b");
    EXPECT_EQ(read.priority, 3);
    EXPECT_EQ(read.delay, 5s);
    EXPECT_EQ(read.attempts, 2);
    EXPECT_EQ(read.backoff->type, "fixed");
    EXPECT_EQ(read.backoff->delay, 250ms);
    EXPECT_TRUE(read.lifo);
    EXPECT_EQ(read.remove_on_complete->count, 10);
    EXPECT_EQ(read.remove_on_fail->age, 60s);
    EXPECT_FALSE(read.remove_on_fail->count);
    EXPECT_EQ(read.keep_logs, 5);
}

TEST(JobOptions, ReadWhatBullMqWrites) {
    const JobOptions read = parse_options(
        R"({"repeat":{"pattern":"*\/10 * * * * *","tz":"Europe\/Paris"},"attempts":3,"x":[null],)"
        R"("backoff":{"delay":500,"type":"fixed"},"removeOnFail":true,"removeOnComplete":false})");
    EXPECT_EQ(read.attempts, 3);
    EXPECT_EQ(read.backoff->delay, 500ms);
    EXPECT_EQ(read.remove_on_fail->count, 0);
    const JobOptions limited = parse_options(R"({"removeOnComplete":{"age":60,"limit":7}})");
    EXPECT_EQ(limited.remove_on_complete->limit, 7);
    EXPECT_NE(serialise_options(limited).find(R"({"age":60,"limit":7})"), std::string::npos);
    EXPECT_EQ(read.remove_on_complete->count, -1);
}

TEST(JobOptions, NeverFailToBeRead) {
    for (const char* bad : {"", "{", "null", "[]", R"({"attempts":"3","backoff":[],"lifo":1})",
                            R"({"attempts":-1,"delay":1e300,"priority":null})"}) {
        EXPECT_EQ(parse_options(bad).attempts, 0) << bad;
        EXPECT_FALSE(parse_options(bad).backoff) << bad;
    }
    EXPECT_EQ(parse_options(R"({"backoff":700})").backoff->delay, 700ms);
}

TEST(JobOptions, LongWaitsStayLong) {
    const auto backoff = [](const std::string& delay) {
        return parse_options(R"({"backoff":{"type":"fixed","delay":)" + delay + "}}")
            .backoff->delay;
    };
    const auto longest = std::chrono::hours(366 * 24);
    EXPECT_EQ(backoff("2000000000"), 2'000'000s);
    for (const char* endless :
         {"100000000000", "1000000000000000000", "18446744073709551615", "1e+21", "1e300"}) {
        EXPECT_EQ(backoff(endless), longest) << endless;
        EXPECT_EQ(parse_options(std::string(R"({"backoff":)") + endless + "}").backoff->delay,
                  longest);
        const JobOptions options = parse_options(std::string(R"({"delay":)") + endless + "}");
        EXPECT_GE(options.delay, std::chrono::milliseconds(100'000'000'000)) << endless;
        const std::vector<redis::Reply> fields = {reply("delay"), reply(endless)};
        EXPECT_GE(read_job("9", fields).delay.count(), 100'000'000'000) << endless;
    }
    EXPECT_EQ(backoff("-5"), 0ms);
}

TEST(ReadJob, TakesEveryField) {
    const std::vector<redis::Reply> fields = {
        reply("name"),         reply("n"),   reply("data"),       reply("7"),
        reply("priority"),     reply("3"),   reply("delay"),      reply("700.5"),
        reply("atm"),          reply("2"),   reply("ats"),        reply("4"),
        reply("stc"),          reply("1"),   reply("finishedOn"), reply("1000"),
        reply("failedReason"), reply("why"), reply("stacktrace"), reply(R"(["a","b"])"),
        reply("defa"),         reply("so"),  reply("pb"),         reply("w")};
    const Job job = read_job("9", fields);
    EXPECT_EQ(job.id, "9");
    EXPECT_EQ(job.name, "n");
    EXPECT_EQ(job.data, "7");
    EXPECT_EQ(job.priority, 3);
    EXPECT_EQ(job.delay, 700ms);
    EXPECT_EQ(job.attempts_made, 2);
    EXPECT_EQ(job.attempts_started, 4);
    EXPECT_EQ(job.stalled_counter, 1);
    EXPECT_EQ(to_millis(*job.finished_on), 1000);
    EXPECT_FALSE(job.processed_on);
    EXPECT_EQ(job.failed_reason, "why");
    EXPECT_EQ(job.stacktrace, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(job.deferred_failure, "so");
    EXPECT_EQ(job.processed_by, "w");
}

TEST(ReadJob, HasDefaultsForAbsentFields) {
    const Job job = read_job("9", {});
    EXPECT_EQ(job.data, "{}");
    EXPECT_EQ(job.progress, "0");
    EXPECT_FALSE(job.return_value);
}

TEST(Stacktrace, KeepsTheNewest) {
    Job job;
    job.stacktrace = {"a", "b"};
    EXPECT_EQ(append_stacktrace(job, "c"), R"(["a","b","c"])");
    job.options.stack_trace_limit = 2;
    EXPECT_EQ(append_stacktrace(job, "c"), R"(["b","c"])");
    job.options.stack_trace_limit = 0;
    EXPECT_EQ(append_stacktrace(job, "c"), "[]");
}

TEST(IsJson, IsStrict) {
    for (const char* good : {"null", "7", "\"é\"", R"({"a":[1,{}]})"}) {
        EXPECT_TRUE(is_json(good)) << good;
    }
    for (const char* bad : {"", "{", "NaN", "{}x", "'a'", "\"\xff\"", "[1,]"}) {
        EXPECT_FALSE(is_json(bad)) << bad;
    }
}

}  // namespace
}  // namespace tripos::queue::detail
