// SPDX-License-Identifier: MIT
#include "cache/detail/stored_value.hpp"

#include <gtest/gtest.h>

#include "cache/detail/names.hpp"

namespace tripos::cache {
namespace {

using namespace std::chrono_literals;

TEST(StoredValue, ReadsWhatItWrote) {
    const StoredValue written{.is_negative = true,
                              .fingerprint = 0xfedcba98U,
                              .load_time = 12ms,
                              .grace = 1h,
                              .stamp = 0x0123456789abcdefU,
                              .versions = {1, ~std::uint64_t{0}},
                              .version_count = 2,
                              .payload = "some\0bytes"};
    const auto read = unpack(pack(written));
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->is_negative);
    EXPECT_EQ(read->fingerprint, written.fingerprint);
    EXPECT_EQ(read->load_time, 12ms);
    EXPECT_EQ(read->grace, 1h);
    EXPECT_EQ(read->stamp, written.stamp);
    EXPECT_EQ(read->version_count, 2);
    EXPECT_EQ(read->versions[1], ~std::uint64_t{0});
    EXPECT_EQ(read->payload, written.payload);
}

TEST(StoredValue, RefusesWhatIsNotOurs) {
    std::string bytes = pack(StoredValue{.version_count = 2, .payload = {}});
    EXPECT_TRUE(unpack(bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(unpack(bytes.substr(0, size))) << size;
    }
    bytes[5] = 100;
    EXPECT_FALSE(unpack(bytes)) << "more versions than there can be";
    EXPECT_FALSE(unpack("TPC\x01 the format before this one, which had no versions"));
    EXPECT_FALSE(unpack("{\"json\": \"of another program that uses the same name\"}"));
}

TEST(Names, TellWhatAnAnnouncementIsAbout) {
    const Names names("p:");
    EXPECT_EQ(names.value("exam:42"), "p:exam:42");
    EXPECT_EQ(names.lease("p:exam:42"), "{p:exam:42}:lease");
    EXPECT_EQ(names.value_of_lease("{p:exam:42}:lease"), "p:exam:42");
    EXPECT_EQ(names.value_of_lease("p:exam:42"), "");
    EXPECT_EQ(names.value_of_lease("p:exam:42:lease"), "");
    EXPECT_EQ(names.bare("p:exam:42"), "exam:42");
    EXPECT_TRUE(names.is_version(names.tag("exam:42")));
    EXPECT_TRUE(names.is_version(names.generation("exam")));
    EXPECT_FALSE(names.is_version("p:exam:42"));
}

TEST(Names, AddNoBracesToThoseOfThePrefix) {
    const Names names("{tripos}:");
    EXPECT_EQ(names.lease("{tripos}:exam:42"), "{tripos}:exam:42:lease");
    EXPECT_EQ(names.guards("{tripos}:exam:42"), "{tripos}:exam:42:guards");
    EXPECT_EQ(names.value_of_lease("{tripos}:exam:42:lease"), "{tripos}:exam:42");
    EXPECT_EQ(names.value_of_lease("{tripos}:exam:42"), "");
    EXPECT_EQ(names.value_of_lease("other:lease"), "");
    EXPECT_EQ(names.bare("{tripos}:exam:42"), "exam:42");
}

}  // namespace
}  // namespace tripos::cache
