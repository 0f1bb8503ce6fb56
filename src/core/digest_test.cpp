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

// As `printf abc | sha256sum` says.
TEST(Sha256, IsWhatOthersCompute) {
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace tripos
