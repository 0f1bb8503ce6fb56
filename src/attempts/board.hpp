// SPDX-License-Identifier: MIT
#pragma once
// Board: how far everybody is at an exam, as invigilators see it. *Invariant:* no type in this file
// has a field for an answer. A board is a snapshot: its rows carry the number of the change that
// made them what they are, so that a watcher is sent what changed since. Values and pure functions.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attempts/attempt.hpp"

namespace tripos::attempts {

/// `closed`: by the deadline, or by staff; `unknown`: runs, and Redis is away.
enum class BoardState { not_started, writing, quiet, unknown, handed_in, closed };

std::string_view to_text(BoardState state);

/// So long without a request, and somebody is quiet.
inline constexpr std::chrono::seconds kQuietAfter{90};

struct BoardRow {
    std::string user_id;
    std::optional<std::string> attempt_id;  ///< nothing: not started
    std::string full_name;
    std::optional<std::string> enrollment_number;
    BoardState state = BoardState::not_started;
    std::int64_t answered = 0;
    std::optional<Timestamp> last_save_at;
    std::optional<Timestamp> deadline_at;
    std::int64_t device_changes = 0;

    bool operator==(const BoardRow&) const = default;
};

inline constexpr auto kBoardMembers =
    entity::Table(entity::Member{nullptr, &BoardRow::user_id, "userId"},
                  entity::Member{nullptr, &BoardRow::attempt_id, "attemptId",
                                 [] { return http::schema::uuid().nullable(); }},
                  entity::Member{nullptr, &BoardRow::full_name, "fullName"},
                  entity::Member{nullptr, &BoardRow::enrollment_number, "enrollmentNumber"},
                  entity::Member{nullptr, &BoardRow::state, "state"},
                  entity::Member{nullptr, &BoardRow::answered, "answered"},
                  entity::Member{nullptr, &BoardRow::last_save_at, "lastSaveAt"},
                  entity::Member{nullptr, &BoardRow::deadline_at, "deadline"},
                  entity::Member{nullptr, &BoardRow::device_changes, "deviceChanges"});

/// What the versions of an attempt's answers tell without telling an answer.
struct Progress {
    std::int64_t answered = 0;
    std::optional<Timestamp> last_save_at;
    std::int64_t device_changes = 0;
};
/// `history`: in the order of arrival.
Progress progress_of(const std::vector<AnswerVersion>& history);

/// `seen_at`: the last request; nothing when that is not known.
BoardState state_of(const Attempt& attempt, std::optional<Timestamp> seen_at, Timestamp now);

/// One candidate, and what the next board goes on from.
struct BoardEntry {
    BoardRow row;
    Timestamp seen_at{};    ///< the latest that is known of
    Timestamp looked_at{};  ///< when `answered` and the like were read; 1970: never
    std::string json;       ///< of the row
    std::int64_t change = 0;
};

struct Board {
    std::string series;  ///< of boards whose changes are numbered together
    Timestamp as_of{};
    std::int64_t change = 0;  ///< the last
    std::vector<BoardEntry> entries;
    std::vector<std::string> expected;  ///< who may begin, where the exam says who
    Timestamp expected_at{};            ///< when that was read
};

/// What `next` changes is numbered behind `previous`. A row that is gone cannot be told as a
/// change: then `new_series` begins, which watchers get as a whole.
void number_changes(Board& next, const Board* previous, const std::string& new_series);

/// Whether it is one that write_board() could have told.
bool is_cursor(std::string_view text);

/// asOf, cursor, complete, counts and candidates into the open object: those that changed since
/// `cursor`, or all when it is none of this series.
void write_board(http::JsonWriter& json, const Board& board, std::string_view cursor);

}  // namespace tripos::attempts
