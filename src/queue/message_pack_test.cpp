// SPDX-License-Identifier: MIT
#include "queue/detail/message_pack.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace tripos::queue::detail {
namespace {

using namespace std::string_literals;

TEST(MessagePackReader, ReadsArraysAndTextsOfEverySize) {
    const std::string packed = "\x93\xA1"s + "a" + "\xD9\x28"s + std::string(40, 'b') +
                               "\xDC\x00\x02\xA0"s + "\xDA\x01\x2C"s + std::string(300, 'c');
    MessagePackReader reader(packed);
    EXPECT_EQ(reader.array(), 3U);
    EXPECT_EQ(reader.text(), "a");
    EXPECT_EQ(reader.text(), std::string(40, 'b'));
    EXPECT_EQ(reader.array(), 2U);
    EXPECT_EQ(reader.text(), "");
    EXPECT_EQ(reader.text(), std::string(300, 'c'));
}

TEST(MessagePackReader, RefusesWhatIsCutOffOrOfAnotherType) {
    for (const std::string& packed :
         {""s, "\xA2"s + "a", "\xD9"s, "\xDB\xFF\xFF\xFF\xFF"s, "\xC0"s}) {
        EXPECT_THROW(MessagePackReader(packed).text(), SystemError);
    }
    for (const std::string& packed : {""s, "\xDD\xFF\xFF\xFF\xFF"s, "\x80"s, "\xA0"s}) {
        EXPECT_THROW(MessagePackReader(packed).array(), SystemError);
    }
}

}  // namespace
}  // namespace tripos::queue::detail
