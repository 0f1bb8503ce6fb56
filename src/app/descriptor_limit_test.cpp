// SPDX-License-Identifier: MIT
#include "app/descriptor_limit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace tripos::app {
namespace {

TEST(DescriptorLimit, IsRaisedToTheHardLimit) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit low{.rlim_cur = 100, .rlim_max = before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
    rlimit after{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(DescriptorLimit, LeavesDescriptorsForOthers) {
    EXPECT_EQ(connections_within(1024, 20'000), 768U);
    EXPECT_EQ(connections_within(1'000'000, 20'000), 20'000U);
    EXPECT_EQ(connections_within(100, 20'000), 16U);
    EXPECT_EQ(connections_within(0, 20'000), 16U);
}

}  // namespace
}  // namespace tripos::app
