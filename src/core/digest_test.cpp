// SPDX-License-Identifier: MIT
#include "core/digest.hpp"

#include <gtest/gtest.h>

namespace tripos {
namespace {

// As `printf abc | b2sum -l 128` says.
TEST(ContentDigest, IsBlake2bOf128Bits) {
    EXPECT_EQ(content_digest("abc"), "cf4ab791c62b8d2b2109c90275287816");
    EXPECT_EQ(content_digest(""), "cae66941d9efbd404e4d88758ea67670");
}

}  // namespace
}  // namespace tripos
