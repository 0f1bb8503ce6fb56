// SPDX-License-Identifier: MIT
#include "redis/resp.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tripos::redis {
namespace {

/// A reply in one line, to compare with.
std::string show(const Reply& reply) {
    std::string out;
    switch (reply.type) {
        case Reply::Type::null:
            return "null";
        case Reply::Type::text:
            return "'" + reply.text + "'";
        case Reply::Type::error:
            return "error(" + reply.text + ")";
        case Reply::Type::integer:
            return std::to_string(reply.integer);
        case Reply::Type::boolean:
            return reply.integer == 1 ? "true" : "false";
        case Reply::Type::real:
            return "real(" + std::to_string(reply.real) + ")";
        case Reply::Type::array:
            out = "[";
            break;
        case Reply::Type::map:
            out = "map[";
            break;
        case Reply::Type::push:
            out = "push[";
            break;
    }
    for (const auto& element : reply.elements) {
        out += show(element) + " ";
    }
    return out + "]";
}

struct Row {
    std::string name;
    std::string wire;
    std::string shown;
};

void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

class ReplyReaderTable : public testing::TestWithParam<Row> {};

TEST_P(ReplyReaderTable, ReadsTheReplyAtOnce) {
    ReplyReader reader;
    reader.feed(GetParam().wire);
    const auto reply = reader.next();
    ASSERT_TRUE(reply.has_value());
    ASSERT_TRUE(reply->has_value());
    EXPECT_EQ(show(**reply), GetParam().shown);
    EXPECT_FALSE(reader.next()->has_value());
}

TEST_P(ReplyReaderTable, ReadsTheReplySplitAtEveryByte) {
    const std::string& wire = GetParam().wire;
    for (std::size_t cut = 1; cut < wire.size(); ++cut) {
        ReplyReader reader;
        reader.feed(wire.substr(0, cut));
        const auto early = reader.next();
        ASSERT_TRUE(early.has_value()) << cut;
        ASSERT_FALSE(early->has_value()) << cut;
        reader.feed(wire.substr(cut));
        const auto reply = reader.next();
        ASSERT_TRUE(reply.has_value() && reply->has_value()) << cut;
        EXPECT_EQ(show(**reply), GetParam().shown) << cut;
    }
}

TEST_P(ReplyReaderTable, ReadsRepliesByteByByteInOrder) {
    ReplyReader reader;
    std::vector<std::string> seen;
    for (const char byte : GetParam().wire + GetParam().wire + "+end\r\n") {
        reader.feed(std::string_view(&byte, 1));
        const auto reply = reader.next();
        ASSERT_TRUE(reply.has_value());
        if (reply->has_value()) {
            seen.push_back(show(**reply));
        }
    }
    const std::vector<std::string> expected{GetParam().shown, GetParam().shown, "'end'"};
    EXPECT_EQ(seen, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Types, ReplyReaderTable,
    testing::Values(
        Row{"simple", "+OK\r\n", "'OK'"}, Row{"empty_simple", "+\r\n", "''"},
        Row{"error", "-ERR no\r\n", "error(ERR no)"}, Row{"integer", ":-42\r\n", "-42"},
        Row{"signed_integer", ":+7\r\n", "7"}, Row{"bulk", "$3\r\na\rb\r\n", "'a\rb'"},
        Row{"empty_bulk", "$0\r\n\r\n", "''"}, Row{"null_bulk", "$-1\r\n", "null"},
        Row{"null_array", "*-1\r\n", "null"}, Row{"null", "_\r\n", "null"},
        Row{"real", ",1.5\r\n", "real(1.500000)"}, Row{"infinity", ",-inf\r\n", "real(-inf)"},
        Row{"true_", "#t\r\n", "true"}, Row{"false_", "#f\r\n", "false"},
        Row{"big_number", "(123456789012345678901\r\n", "'123456789012345678901'"},
        Row{"bulk_error", "!5\r\nERR x\r\n", "error(ERR x)"},
        Row{"verbatim", "=7\r\ntxt:abc\r\n", "'abc'"}, Row{"empty_array", "*0\r\n", "[]"},
        Row{"array", "*2\r\n$1\r\na\r\n:2\r\n", "['a' 2 ]"}, Row{"set", "~1\r\n+x\r\n", "['x' ]"},
        Row{"nested", "*2\r\n*1\r\n*2\r\n:1\r\n:2\r\n+z\r\n", "[[[1 2 ] ] 'z' ]"},
        Row{"map", "%1\r\n+k\r\n*0\r\n", "map['k' [] ]"}, Row{"push", ">1\r\n+m\r\n", "push['m' ]"},
        Row{"attribute", "|1\r\n+ttl\r\n:5\r\n$1\r\nv\r\n", "'v'"},
        Row{"attribute_inside", "*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n", "[1 2 ]"},
        Row{"empty_attribute", "|0\r\n:1\r\n", "1"}),
    [](const auto& row) { return row.param.name; });

class ReplyReaderGarbage : public testing::TestWithParam<Row> {};

TEST_P(ReplyReaderGarbage, IsRefused) {
    ReplyReader reader;
    reader.feed(GetParam().wire);
    EXPECT_FALSE(reader.next().has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Streams, ReplyReaderGarbage,
    testing::Values(Row{"http", "HTTP/1.1 400 Bad Request\r\n", ""}, Row{"no_type", "\r\n", ""},
                    Row{"bare_cr", "+a\rb\r\n", ""}, Row{"no_number", ":\r\n", ""},
                    Row{"letters", ":12a\r\n", ""},
                    Row{"overflow", ":99999999999999999999\r\n", ""},
                    Row{"negative_bulk", "$-2\r\n", ""}, Row{"huge_bulk", "$536870913\r\n", ""},
                    Row{"bulk_overrun", "$2\r\nabcd\r\n", ""},
                    Row{"huge_array", "*16777217\r\n", ""}, Row{"negative_array", "*-5\r\n", ""},
                    Row{"streamed", "$?\r\n", ""}, Row{"bad_boolean", "#x\r\n", ""},
                    Row{"bad_null", "_x\r\n", ""}, Row{"short_verbatim", "=2\r\nab\r\n", ""},
                    Row{"bad_real", ",abc\r\n", ""}),
    [](const auto& row) { return row.param.name; });

TEST(ReplyReader, RefusesALineWithoutEnd) {
    ReplyReader reader;
    reader.feed("+" + std::string(100'000, 'x'));
    EXPECT_FALSE(reader.next().has_value());
}

TEST(ReplyReader, RefusesDeepNestingAndAcceptsTheLimit) {
    std::string wire;
    for (int i = 0; i < ReplyReader::kMaxDepth; ++i) {
        wire += "*1\r\n";
    }
    ReplyReader reader;
    reader.feed(wire + ":1\r\n");
    EXPECT_TRUE(reader.next()->has_value());
    ReplyReader strict;
    strict.feed(wire + "*1\r\n");
    EXPECT_FALSE(strict.next().has_value());
}

TEST(ReplyReader, DoesNotReserveWhatIsOnlyAnnounced) {
    ReplyReader reader;
    reader.feed("*16777216\r\n*16777216\r\n*16777216\r\n");
    const auto reply = reader.next();
    ASSERT_TRUE(reply.has_value());
    EXPECT_FALSE(reply->has_value());
}

TEST(ReplyReader, ReadsAMillionElementsInPieces) {
    std::string wire = "*1000000\r\n";
    for (int i = 0; i < 1'000'000; ++i) {
        wire += ":1\r\n";
    }
    ReplyReader reader;
    std::size_t elements = 0;
    for (std::size_t at = 0; at < wire.size(); at += 1000) {
        reader.feed(std::string_view(wire).substr(at, 1000));
        const auto reply = reader.next();
        ASSERT_TRUE(reply.has_value());
        if (reply->has_value()) {
            elements = (*reply)->elements.size();
        }
    }
    EXPECT_EQ(elements, 1'000'000U);
}

TEST(AppendCommand, WritesAnArrayOfBulkStrings) {
    std::string out = "x";
    const std::vector<std::string_view> arguments{"SET", "k", std::string_view("a\0\r\n", 4), ""};
    append_command(out, arguments);
    EXPECT_EQ(out, std::string("x*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\0\r\n\r\n$0\r\n\r\n", 37));
}

}  // namespace
}  // namespace tripos::redis
