// SPDX-License-Identifier: MIT
#include "loadtest/oracle.hpp"

#include <gtest/gtest.h>

namespace tripos::loadtest {
namespace {

/// One candidate, two questions, whose right options are 0 and 1.
OracleInput sat(std::vector<JournalLine> journal, std::vector<int> stored, std::int64_t score) {
    return {.journal = std::move(journal),
            .shown = {{.attempts = 1,
                       .finished = 1,
                       .score = score,
                       .own_score = score,
                       .choices = std::move(stored)}},
            .right = {0, 1},
            .causes = {},
            .mails = {}};
}

JournalLine line(std::uint8_t choice, Fate fate) {
    return {.candidate = 0, .question = 0, .choice = choice, .fate = fate};
}

JournalLine late(std::uint8_t choice, Fate fate) {
    auto result = line(choice, fate);
    result.is_late = true;
    return result;
}

std::string promises(const OracleInput& input) {
    std::string text;
    for (const auto& violation : judge(input)) {
        text += (text.empty() ? "" : "; ") + violation.promise;
    }
    return text;
}

constexpr auto kLost = "no acknowledged answer is lost";
constexpr auto kLate = "nothing counts after the deadline";
constexpr auto kScore = "scores follow from the answers";

struct Case {
    const char* name;
    std::vector<JournalLine> journal;
    int stored;
    const char* broken;
};

TEST(Oracle, KnowsWhatMayBeStored) {
    const auto ok = Fate::acknowledged;
    const auto unknown = Fate::unknown;
    const std::vector<Case> cases{
        {"nothing sent", {}, kNoChoice, ""},
        {"out of nowhere", {}, 2, kLost},
        {"the last", {line(2, ok), line(3, ok)}, 3, ""},
        {"the one before", {line(2, ok), line(3, ok)}, 2, kLost},
        {"none", {line(2, ok)}, kNoChoice, kLost},
        {"no reply, stored", {line(2, ok), line(3, unknown)}, 3, ""},
        {"no reply, not stored", {line(2, ok), line(3, unknown)}, 2, ""},
        {"no reply to either", {line(2, unknown), line(3, unknown)}, 2, ""},
        {"no reply to the first", {line(2, unknown)}, kNoChoice, ""},
        {"no reply before an acknowledged one", {line(2, unknown), line(3, ok)}, 2, kLost},
        {"refused, not stored", {line(2, ok), line(3, Fate::refused)}, 2, ""},
        {"refused, yet stored", {line(2, ok), line(3, Fate::refused)}, 3, kLost},
        {"late, refused", {line(2, ok), late(3, Fate::refused)}, 2, ""},
        {"late, refused, yet stored", {line(2, ok), late(3, Fate::refused)}, 3, kLate},
        {"late, no reply, yet stored", {line(2, ok), late(3, unknown)}, 3, kLate},
        {"late, acknowledged", {line(2, ok), late(3, ok)}, 2, kLate},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(promises(sat(one.journal, {one.stored, kNoChoice}, 0)), one.broken) << one.name;
    }
}

TEST(Oracle, AddsMarksUpByItself) {
    const auto right = line(0, Fate::acknowledged);
    EXPECT_EQ(promises(sat({right}, {0, kNoChoice}, 1000)), "");
    EXPECT_EQ(promises(sat({right}, {0, kNoChoice}, 2000)), kScore);
    EXPECT_EQ(promises(sat({right}, {0, kNoChoice}, 0)), kScore);
    auto told_otherwise = sat({right}, {0, kNoChoice}, 1000);
    told_otherwise.shown[0].own_score = 0;
    EXPECT_EQ(promises(told_otherwise), kScore);
}

TEST(Oracle, WantsOneAttemptAndOneFinish) {
    for (const auto& [attempts, finished] : {std::pair{0, 0}, {2, 1}, {2, 2}, {1, 0}}) {
        auto input = sat({line(0, Fate::acknowledged)}, {0, kNoChoice}, 1000);
        input.shown[0].attempts = attempts;
        input.shown[0].finished = finished;
        EXPECT_EQ(promises(input), "one attempt and one finish each");
    }
}

TEST(Oracle, PromisesNothingToWhoNeverGotIn) {
    auto input = sat({line(0, Fate::refused)}, {kNoChoice, kNoChoice}, 0);
    input.shown[0].attempts = 0;
    input.shown[0].finished = 0;
    EXPECT_EQ(promises(input), "");
}

TEST(Oracle, MissesAnAttemptWhoseStartWasAcknowledgedThoughNoAnswerWas) {
    auto input = sat({}, {kNoChoice, kNoChoice}, 0);
    input.shown[0].attempts = 0;
    input.shown[0].finished = 0;
    input.let_in = {true};
    EXPECT_EQ(promises(input), "one attempt and one finish each");
}

TEST(Oracle, WantsOneMailPerCause) {
    auto input = sat({}, {kNoChoice, kNoChoice}, 0);
    input.causes = {{"a results", 1}, {"b results", 1}};
    input.mails = {{"a results", 1}, {"b results", 1}};
    EXPECT_EQ(promises(input), "");
    input.mails = {{"a results", 1}};
    EXPECT_EQ(promises(input), "no mail is lost");
    for (const int arrived : {2, 3}) {
        input.mails = {{"a results", 1}, {"b results", arrived}};
        EXPECT_EQ(promises(input), "one mail per cause");
    }
    input.copies_allowed = 1;
    EXPECT_EQ(promises(input), "one mail per cause");
    input.copies_allowed = 2;
    EXPECT_EQ(promises(input), "");
    input.mails = {{"a results", 1}, {"b results", 1}, {"c results", 1}};
    EXPECT_EQ(promises(input), "one mail per cause");
}

}  // namespace
}  // namespace tripos::loadtest
