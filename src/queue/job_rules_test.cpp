// SPDX-License-Identifier: MIT
#include "queue/detail/job_rules.hpp"

#include <gtest/gtest.h>

namespace tripos::queue::detail {
namespace {

using namespace std::chrono_literals;

bool accepts(JobOptions options, std::string data = "{}") {
    const NewJob job{.name = "n", .data = std::move(data), .options = std::move(options)};
    return check_job(job).has_value();
}

TEST(JobId, MayBeAnyPlainText) {
    for (const char* id : {"abc", "007", "1.5", "+5", "-0", "1e3", "mail-17", "é"}) {
        EXPECT_TRUE(is_job_id(id)) << id;
    }
}

TEST(JobId, MustNotCollideWithOthers) {
    for (const char* id : {"", "0", "0:x", "123", "-5", "NaN", "a:b", "a:b:c", "meta", "wait",
                           "stalled-check", "waiting-children", "dn", "\xff"}) {
        EXPECT_FALSE(is_job_id(id)) << id;
    }
    EXPECT_FALSE(is_job_id(std::string(513, 'a')));
}

TEST(QueueName, HasNoColon) {
    EXPECT_TRUE(is_queue_name("{mail} é"));
    EXPECT_FALSE(is_queue_name("a:b"));
    EXPECT_FALSE(is_queue_name(""));
}

TEST(CheckJob, BoundsItsOptions) {
    EXPECT_TRUE(accepts({.priority = 2'097'151}));
    EXPECT_FALSE(accepts({.priority = 2'097'152}));
    EXPECT_FALSE(accepts({.priority = -1}));
    EXPECT_FALSE(accepts({.delay = -1ms}));
    EXPECT_FALSE(accepts({.attempts = -1}));
    EXPECT_FALSE(accepts({.backoff = Backoff{.jitter = 1.1}}));
    EXPECT_TRUE(accepts({.backoff = Backoff{.jitter = 1}}));
    EXPECT_FALSE(accepts({.remove_on_complete = Retention{.age = -1s}}));
}

TEST(CheckJob, BoundsItsData) {
    EXPECT_TRUE(accepts({.size_limit = 4}, R"("é")"));
    EXPECT_FALSE(accepts({.size_limit = 3}, R"("é")"));
    EXPECT_FALSE(accepts({}, "{"));
    EXPECT_FALSE(accepts({}, ""));
}

TEST(Defaults, FillWhatAJobLeavesOpen) {
    const JobOptions defaults{.priority = 5,
                              .attempts = 3,
                              .backoff = Backoff{.delay = 1s},
                              .remove_on_complete = Retention{.count = 7}};
    const JobOptions merged = with_defaults({.priority = 1}, defaults);
    EXPECT_EQ(merged.priority, 1);
    EXPECT_EQ(merged.attempts, 3);
    EXPECT_EQ(merged.backoff->delay, 1s);
    EXPECT_EQ(merged.remove_on_complete->count, 7);
    EXPECT_FALSE(merged.remove_on_fail);
}

}  // namespace
}  // namespace tripos::queue::detail
