// SPDX-License-Identifier: MIT
#include "module/entity.hpp"

#include <gtest/gtest.h>

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

constexpr auto kTable = std::tuple(Member{"id", &Now::id}, Member{"seat", &Now::seat},
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

/// Two versions of the program share one Redis: what the other has stored is a miss, no crash.
TEST(EntityList, OfAnotherVersionIsNothing) {
    const auto fewer =
        std::tuple(Member{"id", &Now::id}, Member{"seat", &Now::seat}, Member{"mood", &Now::mood});
    EXPECT_FALSE(decode<Now>('T', stored(), fewer));
    const auto swapped = std::tuple(Member{"id", &Now::id}, Member{"room", &Now::room},
                                    Member{"seat", &Now::seat}, Member{"mood", &Now::mood});
    EXPECT_FALSE(decode<Now>('T', stored(), swapped));
    const auto fewer_words =
        std::tuple(Member{"id", &Before::id}, Member{"seat", &Before::seat},
                   Member{"room", &Before::room}, Member{"mood", &Before::mood});
    EXPECT_FALSE(decode<Before>('T', stored(), fewer_words));
}

}  // namespace
}  // namespace tripos::entity
