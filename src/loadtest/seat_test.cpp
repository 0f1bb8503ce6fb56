// SPDX-License-Identifier: MIT
#include "loadtest/seat.hpp"

#include <gtest/gtest.h>

namespace tripos::loadtest {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 201 Created\r\nServer: t\r\nContent-Length: 5\r\n\r\nhello";

TEST(AnswerReader, ReadsAnAnswerHoweverItIsCut) {
    for (std::size_t cut = 0; cut <= kAnswer.size(); ++cut) {
        AnswerReader reader;
        reader.expect(true);
        EXPECT_TRUE(reader.take(kAnswer.substr(0, cut))) << cut;
        EXPECT_EQ(reader.is_complete(), cut == kAnswer.size()) << cut;
        EXPECT_TRUE(reader.take(kAnswer.substr(cut))) << cut;
        EXPECT_TRUE(reader.is_complete()) << cut;
        EXPECT_EQ(reader.status(), 201);
        EXPECT_EQ(reader.body(), "hello");
    }
}

TEST(AnswerReader, KeepsNoBodyThatIsNotWanted) {
    AnswerReader reader;
    reader.expect(false);
    EXPECT_TRUE(reader.take(kAnswer));
    EXPECT_TRUE(reader.is_complete());
    EXPECT_EQ(reader.body(), "");
}

TEST(AnswerReader, RefusesWhatItCannotRead) {
    for (const std::string_view text :
         {"HTTP/1.1 200 OK\r\n\r\n", "SSH-2.0\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"}) {
        AnswerReader reader;
        reader.expect(true);
        EXPECT_FALSE(reader.take(text)) << text;
    }
    AnswerReader endless;
    endless.expect(true);
    EXPECT_FALSE(endless.take(std::string(70'000, 'x')));
}

}  // namespace
}  // namespace tripos::loadtest
