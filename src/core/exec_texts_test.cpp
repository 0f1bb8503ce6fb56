// SPDX-License-Identifier: MIT
#include "core/exec_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace tripos {
namespace {

TEST(ExecTexts, PointsToEachTextAndEndsWithNull) {
    const ExecTexts texts({"tripos", "serve"});
    EXPECT_STREQ(texts.data()[0], "tripos");
    EXPECT_STREQ(texts.data()[1], "serve");
    EXPECT_EQ(texts.data()[2], nullptr);
    EXPECT_EQ(ExecTexts({}).data()[0], nullptr);
}

TEST(ExecTexts, SettingsOfThisProcessStayWithIt) {
    ::setenv("REDIS_URL", "redis://site.example", 1);
    ::setenv("TZ", "UTC", 1);
    const auto kept = variables_without_settings();
    EXPECT_THAT(kept, testing::Contains("TZ=UTC"));
    EXPECT_THAT(kept, testing::Not(testing::Contains(testing::HasSubstr("site.example"))));
    EXPECT_THAT(own_variables(), testing::Contains("REDIS_URL=redis://site.example"));
    ::unsetenv("REDIS_URL");
}

}  // namespace
}  // namespace tripos
