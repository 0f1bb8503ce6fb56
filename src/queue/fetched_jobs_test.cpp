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
    const std::string packed = "\x92\x92\xA1"s + "7" + "\xA1"s + "x" + "\x92\x94\xA4"s + "name" +
                               "\xA1"s + "n" + "\xA3"s + "ats" + "\xA1"s + "2" + "\x92\xA4"s +
                               "data" + "\xA1"s + "5";
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
    const std::string packed = "\x92\x91\xA1"s + "7" + "\x91\x94\xA4"s + "opts" + "\xA2"s + "{}" +
                               "\xA3"s + "rjk" + "\xA1"s + "s";
    EXPECT_EQ(read_fetched(answer(packed))->jobs.at(0).stored_options, "{}");
}

TEST(FetchedJobs, MayBeNone) {
    EXPECT_TRUE(read_fetched(answer("\x92\x90\x90"s))->jobs.empty());
    EXPECT_FALSE(read_fetched(redis::Reply()));
}

}  // namespace
}  // namespace tripos::queue::detail
