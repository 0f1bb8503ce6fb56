// SPDX-License-Identifier: MIT
#include "core/error.hpp"

#include <gtest/gtest.h>

#include "core/result.hpp"

namespace tripos {
namespace {

TEST(Error, OfFieldsSpeaksWithTheFirstFieldsMessage) {
    const auto error = invalid_fields({{"email", "must be an address"}, {"name", "is missing"}});
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_EQ(error.code, "validation_failed");
    EXPECT_EQ(error.message, "must be an address");
    EXPECT_EQ(error.fields.size(), 2U);
}

TEST(Error, OfRateAndAvailabilitySaysWhenToTryAgain) {
    EXPECT_EQ(rate_limited("slow down", std::chrono::seconds(7)).retry_after,
              std::chrono::seconds(7));
    EXPECT_EQ(unavailable("later", std::chrono::seconds(2)).retry_after, std::chrono::seconds(2));
}

TEST(SystemError, NamesTheOperation) {
    const SystemError failure("redis", "connection reset");
    EXPECT_STREQ(failure.what(), "redis: connection reset");
    EXPECT_EQ(failure.operation(), "redis");
}

TEST(Result, HoldsAValueOrAnError) {
    const Result<int> good = 7;
    EXPECT_EQ(good.value(), 7);
    const Result<int> bad = not_found("no such exam");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, "not_found");
}

TEST(Result, AbortsWhenAnErrorIsTakenForAValue) {
    const Result<int> bad = not_found("no such exam");
    EXPECT_DEATH(static_cast<void>(bad.value()), "no such exam");
}

}  // namespace
}  // namespace tripos
