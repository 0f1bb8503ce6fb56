// SPDX-License-Identifier: MIT
#include "queue/detail/fetched_jobs.hpp"

#include <gtest/gtest.h>

namespace tripos::queue::detail {
namespace {

using namespace std::string_literals;

redis::Reply integer(std::int64_t value) {
    return {.type = redis::Reply::Type::integer, .integer = value};
}

redis::Reply answer(const std::string& packed) {
    redis::Reply text{.type = redis::Reply::Type::text, .text = packed};
    return {.type = redis::Reply::Type::array,
            .elements = {integer(9), integer(3), integer(2), text}};
}

TEST(FetchedJobs, HaveTheirIdsAndFields) {
    const std::string packed = "\x92\x92\xA1"s + "7" + "\xA1"s + "x" + "\x92\x95\xA4"s + "name" +
                               "\xA1"s + "n" + "\xA3"s + "ats" + "\xA1"s + "2" + "\xA0" +
                               "\x93\xA4"s + "data" + "\xA1"s + "5" + "\xA0";
    const std::optional<Fetched> fetched = read_fetched(answer(packed));
    ASSERT_TRUE(fetched);
    EXPECT_EQ(fetched->next_due, 9);
    EXPECT_EQ(fetched->limit_ttl, 3);
    ASSERT_EQ(fetched->jobs.size(), 2U);
    EXPECT_EQ(fetched->jobs[0].job.id, "7");
    EXPECT_EQ(fetched->jobs[0].job.name, "n");
    EXPECT_EQ(fetched->jobs[0].job.data, "{}");
    EXPECT_EQ(fetched->jobs[0].job.attempts_started, 2);
    EXPECT_EQ(fetched->jobs[1].job.id, "x");
    EXPECT_EQ(fetched->jobs[1].job.data, "5");
}

TEST(FetchedJobs, KeepTheOptionsOfASchedulersRun) {
    const std::string packed = "\x92\x91\xA1"s + "7" + "\x91\x95\xA4"s + "opts" + "\xA2"s + "{}" +
                               "\xA3"s + "rjk" + "\xA1"s + "s" + "\xA0";
    EXPECT_EQ(read_fetched(answer(packed))->jobs.at(0).stored_options, "{}");
}

TEST(FetchedJobs, MayHaveTheFieldsOfTheirAddAlone) {
    const std::string packed = "\x92\x91\xA1"s + "7" + "\x91\x96\xA1"s + "n" + "\xA1"s + "5" +
                               "\xAE"s + R"({"attempts":3})" + "\xA2"s + "99" + "\xA1"s + "8" +
                               "\xA1"s + "4";
    const Job job = read_fetched(answer(packed))->jobs.at(0).job;
    EXPECT_EQ(job.name, "n");
    EXPECT_EQ(job.data, "5");
    EXPECT_EQ(job.options.attempts, 3);
    EXPECT_EQ(to_millis(job.timestamp), 99);
    EXPECT_EQ(job.delay.count(), 8);
    EXPECT_EQ(job.priority, 4);
}

TEST(FetchedJobs, MayBeNone) {
    EXPECT_TRUE(read_fetched(answer("\x92\x90\x90"s))->jobs.empty());
    EXPECT_FALSE(read_fetched(redis::Reply()));
}

}  // namespace
}  // namespace tripos::queue::detail
