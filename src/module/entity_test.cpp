// SPDX-License-Identifier: MIT
#include "module/entity.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "module/input.hpp"

namespace tripos::entity {
namespace {

enum class Mood { calm, hurried };
enum class OlderMood { calm };

std::string_view to_text(Mood mood) {
    return mood == Mood::calm ? "CALM" : mood == Mood::hurried ? "HURRIED" : "";
}
std::string_view to_text(OlderMood mood) {
    return mood == OlderMood::calm ? "CALM" : "";
}

template <class M>
struct Sitting {
    std::string id;
    std::int64_t seat = 0;
    std::string room;
    M mood{};
};

using Now = Sitting<Mood>;
using Before = Sitting<OlderMood>;

constexpr auto kTable = Table(Member{"id", &Now::id}, Member{"seat", &Now::seat},
                              Member{"room", &Now::room}, Member{"mood", &Now::mood});

std::string stored() {
    const std::vector<Now> all{{.id = "1", .seat = 7, .room = "A", .mood = Mood::hurried}};
    return encode('T', all, kTable);
}

TEST(EntityList, ComesBackAsItWas) {
    const auto back = decode<Now>('T', stored(), kTable);
    ASSERT_TRUE(back && back->size() == 1);
    EXPECT_EQ(back->front().seat, 7);
    EXPECT_EQ(back->front().mood, Mood::hurried);
}

struct Perhaps {
    std::string id;
    std::optional<std::int64_t> seat;
};

TEST(EntityList, KeepsNothingAsNothing) {
    constexpr auto kSeats = Table(Member{"id", &Perhaps::id}, Member{"seat", &Perhaps::seat});
    const std::vector<Perhaps> all{{.id = "1"}, {.id = "2", .seat = 0}};
    const auto back = decode<Perhaps>('P', encode('P', all, kSeats), kSeats);
    ASSERT_TRUE(back && back->size() == 2);
    EXPECT_FALSE(back->front().seat);
    EXPECT_EQ(back->back().seat, 0);
}

TEST(EntityTable, AChoiceKeepsTheMembersInItsOwnOrder) {
    constexpr auto kShown = Table(Member{"id", &Now::id, "id"}, Member{"seat", &Now::seat, "seat"},
                                  Member{"room", &Now::room, "room"});
    http::JsonWriter json;
    json.begin_object();
    write(json, Now{.id = "1", .seat = 7, .room = "A"}, only(kShown, &Now::room, &Now::seat));
    EXPECT_EQ(json.end_object().take(), R"({"room":"A","seat":7})");
}

TEST(EntityTable, EveryTextCountsForWhatAListHolds) {
    const std::string text(100, 'x');
    const std::vector<Now> all{{.id = text, .seat = 7, .room = text}};
    EXPECT_GE(heap_bytes(all, kTable), sizeof(Now) + 200);
}

TEST(EntityTable, ListsOfTextsAreLinesInRowsAndListsInJson) {
    struct Door {
        std::string id;
        std::vector<std::string> codes;
    };
    const auto doors = Table(Member{"id", &Door::id}, Member{"codes", &Door::codes, "codes"});
    const Door door{.id = "1", .codes = {"Tiger", "Lab 7"}};
    const auto row = values(door, doors, true);
    EXPECT_EQ(row, (std::vector<sql::Value>{"1", "Tiger\nLab 7", std::int64_t{1}}));
    EXPECT_EQ(read<Door>(sql::Row(row), doors).codes, door.codes);
    EXPECT_EQ(read<Door>(sql::Row(values(Door(), doors)), doors).codes, Door().codes);
    http::JsonWriter json;
    json.begin_object();
    write(json, door, doors);
    EXPECT_EQ(json.end_object().take(), R"({"codes":["Tiger","Lab 7"]})");
}

TEST(EntityTable, OtherColumnsStandBehindItsOwn) {
    EXPECT_EQ(insert_into("t", {"id", "a"}, {"b"}), "INSERT INTO t (id, a, b) VALUES ($1, $2, $3)");
    EXPECT_EQ(update_of("t", {"id", "a"}, {"b"}), "UPDATE t SET a = $2, b = $3 WHERE id = $1");
    EXPECT_EQ(upsert_into("t", {"id", "a"}, {"b"}, {"b", "c"}),
              "INSERT INTO t (id, a, b, c) VALUES ($1, $2, $3, $4) ON CONFLICT (b) DO UPDATE "
              "SET a = excluded.a, c = excluded.c");
}

TEST(EntityInput, WhatIsAbsentStaysAndWhatIsWrongIsNamed) {
    constexpr auto kNamed =
        Table(Member{"id", &Now::id, "id"}, Member{"seat", &Now::seat, "seat"},
              Member{"room", &Now::room, "room"}, Member{"mood", &Now::mood, "mood"});
    constexpr auto kInputs =
        Table(Input{&Now::seat, [](http::BodyReader& body,
                                   const char* name) { return body.maybe_integer(name, 1, 9); }},
              Input{&Now::room,
                    [](http::BodyReader& body, const char* name, const std::string& house) {
                        const auto room = body.maybe_text(name);
                        return room ? std::optional(house + *room) : std::nullopt;
                    }},
              Input{&Now::mood, read_word<Mood>});
    const auto given = boost::json::parse(R"({"seat":12,"room":"B","id":"2"})");
    http::BodyReader body(given.as_object(), "sitting");
    Now sitting{.id = "1", .seat = 7, .room = "A", .mood = Mood::hurried};
    read_change<Now>(body, kNamed, kInputs, std::string("North ")).apply(sitting);
    EXPECT_EQ(sitting.id, "1");
    EXPECT_EQ(sitting.room, "North B");
    EXPECT_EQ(sitting.mood, Mood::hurried);
    EXPECT_EQ(sitting.seat, 7);
    const auto problems = body.take_problems();
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems.front().field, "sitting.seat");
    const auto shapes = input_shapes(kNamed, kInputs);
    ASSERT_EQ(shapes.size(), 3U);
    EXPECT_EQ(shapes.front().name, "seat?");
}

/// Two versions of the program share one Redis: what the other has stored is a miss, no crash.
TEST(EntityList, OfAnotherVersionIsNothing) {
    const auto fewer =
        Table(Member{"id", &Now::id}, Member{"seat", &Now::seat}, Member{"mood", &Now::mood});
    EXPECT_FALSE(decode<Now>('T', stored(), fewer));
    const auto swapped = Table(Member{"id", &Now::id}, Member{"room", &Now::room},
                               Member{"seat", &Now::seat}, Member{"mood", &Now::mood});
    EXPECT_FALSE(decode<Now>('T', stored(), swapped));
    const auto fewer_words = Table(Member{"id", &Before::id}, Member{"seat", &Before::seat},
                                   Member{"room", &Before::room}, Member{"mood", &Before::mood});
    EXPECT_FALSE(decode<Before>('T', stored(), fewer_words));
}

}  // namespace
}  // namespace tripos::entity
