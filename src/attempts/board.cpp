// SPDX-License-Identifier: MIT
#include "attempts/board.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

namespace tripos::attempts {

namespace {

std::string row_json(const BoardRow& row) {
    http::JsonWriter json;
    json.begin_object();
    entity::write(json, row, kBoardMembers);
    return json.end_object().take();
}

/// What it saw last; nothing when it is of another series.
std::optional<std::int64_t> seen_change(const Board& board, std::string_view cursor) {
    const auto prefix = board.series + "-";
    if (cursor.substr(0, prefix.size()) != prefix) {
        return std::nullopt;
    }
    const auto digits = cursor.substr(prefix.size());
    std::int64_t change = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), change);
    const bool is_whole = read.ec == std::errc() && read.ptr == digits.data() + digits.size();
    return is_whole && change >= 0 && change <= board.change ? std::optional(change) : std::nullopt;
}

}  // namespace

std::string_view to_text(BoardState state) {
    switch (state) {
        case BoardState::not_started:
            return "not_started";
        case BoardState::writing:
            return "writing";
        case BoardState::quiet:
            return "quiet";
        case BoardState::unknown:
            return "unknown";
        case BoardState::handed_in:
            return "handed_in";
        case BoardState::closed:
            return "closed";
    }
    return {};
}

Progress progress_of(const std::vector<AnswerVersion>& history) {
    Progress progress;
    std::map<std::string_view, const AnswerVersion*> last;
    const AnswerVersion* before = nullptr;
    for (const auto& version : history) {
        auto& newest = last[version.answer.question_id];
        if (newest == nullptr || newest->revision < version.revision) {
            newest = &version;
        }
        const auto device = [](const AnswerVersion& one) -> const std::string& {
            return one.client_id.empty() ? one.address : one.client_id;
        };
        // Nameless: staff accepted a late one, or the account is deleted.
        if (!device(version).empty()) {
            const bool is_same = before == nullptr || device(*before) == device(version);
            progress.device_changes += is_same ? 0 : 1;
            before = &version;
        }
        progress.last_save_at =
            std::max(progress.last_save_at.value_or(version.arrived_at), version.arrived_at);
    }
    progress.answered = std::count_if(
        last.begin(), last.end(), [](const auto& one) { return !one.second->answer.is_empty(); });
    return progress;
}

BoardState state_of(const Attempt& attempt, std::optional<Timestamp> seen_at, Timestamp now) {
    if (attempt.status == AttemptStatus::submitted) {
        return BoardState::handed_in;
    }
    if (attempt.status != AttemptStatus::in_progress || attempt.deadline_at <= now) {
        return BoardState::closed;
    }
    if (!seen_at) {
        return BoardState::unknown;
    }
    return now - *seen_at >= kQuietAfter ? BoardState::quiet : BoardState::writing;
}

void number_changes(Board& next, const Board* previous, const std::string& new_series) {
    std::unordered_map<std::string_view, const BoardEntry*> known;
    if (previous != nullptr) {
        for (const auto& entry : previous->entries) {
            known.emplace(entry.row.user_id, &entry);
        }
    }
    const auto change = previous == nullptr ? 1 : previous->change + 1;
    next.change = change - 1;
    std::size_t found = 0;
    for (auto& entry : next.entries) {
        const auto old = known.find(entry.row.user_id);
        found += old == known.end() ? 0 : 1;
        if (old != known.end() && old->second->row == entry.row) {
            entry.json = old->second->json;
            entry.change = old->second->change;
        } else {
            entry.json = row_json(entry.row);
            entry.change = change;
            next.change = change;
        }
    }
    const bool goes_on = previous != nullptr && found == known.size();
    next.series = goes_on ? previous->series : new_series;
}

bool is_cursor(std::string_view text) {
    const auto dash = text.find('-');
    return dash != std::string_view::npos &&
           text.substr(0, dash).find_first_not_of("0123456789abcdef") == std::string_view::npos &&
           dash + 1 < text.size() &&
           text.substr(dash + 1).find_first_not_of("0123456789") == std::string_view::npos;
}

void write_board(http::JsonWriter& json, const Board& board, std::string_view cursor) {
    const auto seen = seen_change(board, cursor);
    json.member("asOf", board.as_of)
        .member("cursor", board.series + "-" + std::to_string(board.change))
        .member("complete", !seen.has_value());
    std::map<BoardState, std::int64_t> counts;
    for (const auto& entry : board.entries) {
        ++counts[entry.row.state];
    }
    json.name("counts").begin_object();
    for (const auto word : entity::words<BoardState>()) {
        json.member(word, counts[entity::from_text<BoardState>(word)]);
    }
    json.end_object().name("candidates").begin_array();
    for (const auto& entry : board.entries) {
        if (!seen || entry.change > *seen) {
            json.raw(entry.json);
        }
    }
    json.end_array();
}

}  // namespace tripos::attempts
