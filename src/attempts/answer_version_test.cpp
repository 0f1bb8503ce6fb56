// SPDX-License-Identifier: MIT
#include "attempts/answer_version.hpp"

#include <gtest/gtest.h>

namespace tripos::attempts {
namespace {

using std::chrono::milliseconds;

constexpr Timestamp kNow = from_millis(1'767'603'600'000);

AnswerVersion stored(std::int64_t revision, const std::string& option, std::string client = "a") {
    return {.answer = {.question_id = "q", .option_ids = {option}, .number = {}},
            .revision = revision,
            .client_id = std::move(client),
            .address = "192.0.2.1",
            .arrived_at = kNow};
}

AnswerSave save(const std::string& option, std::optional<std::int64_t> revision,
                std::string client = "a") {
    return {.question_id = "q",
            .answer = Answer{.question_id = "q", .option_ids = {option}, .number = {}},
            .is_flagged = {},
            .revision = revision,
            .client_id = std::move(client)};
}

SaveVerdict verdict(const AnswerSave& save, const AnswerVersion& current,
                    milliseconds later = milliseconds(1)) {
    return judge(save, current, next_version(save, current, "192.0.2.1", kNow + later));
}

TEST(Save, ThatSawWhatIsStoredIsTheNextVersion) {
    EXPECT_EQ(verdict(save("x", 0), {}), SaveVerdict::store);
    EXPECT_EQ(verdict(save("y", 3), stored(3, "x")), SaveVerdict::store);
    EXPECT_EQ(next_version(save("y", 3), stored(3, "x"), "", kNow).revision, 4);
}

TEST(Save, ThatSawSomethingElseIsRefused) {
    EXPECT_EQ(verdict(save("y", 2), stored(3, "x")), SaveVerdict::changed);
    EXPECT_EQ(verdict(save("y", 0), stored(1, "x")), SaveVerdict::changed);
    EXPECT_EQ(verdict(save("y", 1), {}), SaveVerdict::changed);
    EXPECT_EQ(verdict(save("x", 2, "b"), stored(3, "x")), SaveVerdict::changed)
        << "the same value, but another's";
    EXPECT_EQ(verdict(save("x", 2, ""), stored(3, "x", "")), SaveVerdict::changed)
        << "nobody says that it is the same client";
}

TEST(Save, SentAgainIsNoConflictAndNoVersion) {
    EXPECT_EQ(verdict(save("x", 2), stored(3, "x")), SaveVerdict::repeat);
    EXPECT_EQ(verdict(save("x", 3), stored(3, "x")), SaveVerdict::repeat);
    EXPECT_EQ(verdict(save("x", {}), stored(3, "x")), SaveVerdict::repeat);
}

TEST(Save, OfTheSameValueFromElsewhereIsAVersion) {
    EXPECT_EQ(verdict(save("x", 3, "b"), stored(3, "x")), SaveVerdict::store);
    const auto current = stored(3, "x");
    const auto again = save("x", 3);
    EXPECT_EQ(judge(again, current, next_version(again, current, "198.51.100.7", kNow)),
              SaveVerdict::store);
}

TEST(Save, WithoutARevisionNeverOverwritesWhatArrivedLater) {
    EXPECT_EQ(verdict(save("y", {}), stored(3, "x"), milliseconds(-1)), SaveVerdict::stale);
    EXPECT_EQ(verdict(save("y", {}), stored(3, "x"), milliseconds(0)), SaveVerdict::store);
    EXPECT_EQ(verdict(save("y", 3), stored(3, "x"), milliseconds(-1)), SaveVerdict::store)
        << "it has seen what is stored";
}

TEST(Save, OfAFlagLeavesTheAnswer) {
    AnswerSave flag{.question_id = "q", .answer = {}, .is_flagged = true, .revision = 3};
    const auto next = next_version(flag, stored(3, "x"), "", kNow);
    EXPECT_TRUE(next.is_flagged);
    EXPECT_EQ(next.answer.option_ids, std::vector<std::string>{"x"});
    EXPECT_EQ(judge(flag, stored(3, "x"), next), SaveVerdict::store);
    const auto kept = next_version(save("y", 4), next, "", kNow);
    EXPECT_TRUE(kept.is_flagged) << "a save that does not speak of it";
}

}  // namespace
}  // namespace tripos::attempts
