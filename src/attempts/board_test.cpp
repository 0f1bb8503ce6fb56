// SPDX-License-Identifier: MIT
#include "attempts/board.hpp"

#include <gtest/gtest.h>

#include "attempts/timeline.hpp"

namespace tripos::attempts {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

AnswerVersion version(const char* question, std::int64_t revision, const char* number,
                      const char* device, seconds at) {
    AnswerVersion one;
    one.answer.question_id = question;
    if (*number != '\0') {
        one.answer.number = number;
    }
    one.revision = revision;
    one.client_id = device;
    one.address = "192.0.2.1";
    one.arrived_at = Timestamp() + at;
    return one;
}

BoardEntry entry(const char* user, BoardState state) {
    BoardEntry one;
    one.row.user_id = user;
    one.row.state = state;
    return one;
}

Board board_of(std::vector<BoardEntry> entries) {
    Board board;
    board.entries = std::move(entries);
    return board;
}

std::string text_of(const Board& board, std::string_view cursor) {
    http::JsonWriter json;
    json.begin_object();
    write_board(json, board, cursor);
    return json.end_object().take();
}

std::size_t count_rows(const std::string& text) {
    std::size_t rows = 0;
    for (auto at = text.find("userId"); at != std::string::npos; at = text.find("userId", at + 1)) {
        ++rows;
    }
    return rows;
}

TEST(Board, CountsAnswersOfTheLastRevisionAndChangesOfDevice) {
    const auto progress = progress_of(
        {version("a", 1, "1", "laptop", seconds(1)), version("b", 1, "2", "laptop", seconds(2)),
         version("a", 2, "", "phone", seconds(3)), version("c", 1, "3", "laptop", seconds(4))});
    EXPECT_EQ(progress.answered, 2);
    EXPECT_EQ(progress.device_changes, 2);
    EXPECT_EQ(progress.last_save_at, Timestamp() + seconds(4));
    EXPECT_EQ(progress_of({}).last_save_at, std::nullopt);
}

TEST(Board, TellsStatesAndNeverCallsAnEndedAttemptQuiet) {
    const auto now = Timestamp() + minutes(60);
    Attempt attempt;
    attempt.deadline_at = now + minutes(1);
    EXPECT_EQ(state_of(attempt, now - seconds(89), now), BoardState::writing);
    EXPECT_EQ(state_of(attempt, now - seconds(90), now), BoardState::quiet);
    EXPECT_EQ(state_of(attempt, std::nullopt, now), BoardState::unknown);
    EXPECT_EQ(state_of(attempt, now, attempt.deadline_at), BoardState::closed);
    attempt.status = AttemptStatus::submitted;
    EXPECT_EQ(state_of(attempt, std::nullopt, now), BoardState::handed_in);
    attempt.status = AttemptStatus::auto_submitted;
    EXPECT_EQ(state_of(attempt, std::nullopt, now), BoardState::closed);
}

TEST(Board, TellsWhatChangedSinceACursorAndAllToStrangers) {
    auto first = board_of({entry("a", BoardState::writing), entry("b", BoardState::writing)});
    number_changes(first, nullptr, "x");
    EXPECT_EQ(count_rows(text_of(first, "")), 2U);
    EXPECT_EQ(count_rows(text_of(first, "x-1")), 0U);
    auto second = board_of({entry("a", BoardState::quiet), entry("b", BoardState::writing),
                            entry("c", BoardState::not_started)});
    number_changes(second, &first, "y");
    EXPECT_EQ(second.series, "x");
    EXPECT_EQ(count_rows(text_of(second, "x-1")), 2U);
    auto same = board_of(second.entries);
    number_changes(same, &second, "y");
    EXPECT_EQ(same.change, second.change);
    for (const auto* const cursor :
         {"", "x", "x-", "x-3", "x--1", "x-1 ", "y-1", "x-99999999999999999999", "x-1\xff"}) {
        EXPECT_EQ(count_rows(text_of(second, cursor)), 3U) << cursor;
    }
    auto fewer = board_of({entry("a", BoardState::quiet)});
    number_changes(fewer, &second, "z");
    EXPECT_EQ(fewer.series, "z");
    EXPECT_EQ(count_rows(text_of(fewer, "x-2")), 1U);
}

TEST(Board, KnowsACursorByItsForm) {
    EXPECT_TRUE(is_cursor("e02d4459d45e61db-0"));
    for (const auto* const other : {"", "x", "-", "ab-", "ab-x", "ab--1", "AB-1", "ab-1 "}) {
        EXPECT_FALSE(is_cursor(other)) << other;
    }
}

TEST(Timeline, TellsSavesByMinuteDevicesAndGaps) {
    Timeline timeline;
    const auto second = version("a", 2, "2", "phone", seconds(70));
    tell_saves(
        timeline,
        {version("a", 1, "1", "laptop", seconds(10)), version("b", 1, "", "laptop", seconds(50)),
         second, version("c", 1, "1", "laptop", seconds(70) + kGap)},
        Timestamp() + minutes(60));
    ASSERT_EQ(timeline.minutes.size(), 3U);
    EXPECT_EQ(timeline.minutes[0].saves, 2);
    EXPECT_EQ(timeline.minutes[1].at, Timestamp() + minutes(1));
    ASSERT_EQ(timeline.devices.size(), 2U);
    EXPECT_EQ(timeline.devices[0].saves, 3);
    EXPECT_EQ(timeline.devices[1].client_id, "phone");
    ASSERT_EQ(timeline.gaps.size(), 2U);
    EXPECT_EQ(timeline.gaps[0].from, second.arrived_at);
    EXPECT_EQ(timeline.gaps[1].until, Timestamp() + minutes(60));
}

TEST(Timeline, SaysWhereSavesWereTooManyToKeepEachAndClaimsNoGapThere) {
    Timeline timeline;
    tell_saves(
        timeline,
        {version("a", 1, "1", "laptop", seconds(10)), version("a", 2, "2", "laptop", seconds(60)),
         version("b", 1, "2", "laptop", seconds(400)),
         version("a", 82, "1", "laptop", seconds(800))},
        Timestamp() + minutes(60));
    ASSERT_EQ(timeline.shortened.size(), 1U);
    EXPECT_EQ(timeline.shortened[0].from, Timestamp() + seconds(60));
    EXPECT_EQ(timeline.shortened[0].until, Timestamp() + seconds(800));
    EXPECT_EQ(timeline.shortened[0].saves, 79);
    ASSERT_EQ(timeline.gaps.size(), 1U);
    EXPECT_EQ(timeline.gaps[0].from, Timestamp() + seconds(800));
}

}  // namespace
}  // namespace tripos::attempts
