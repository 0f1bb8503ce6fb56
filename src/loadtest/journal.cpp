// SPDX-License-Identifier: MIT
#include "loadtest/journal.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "core/error.hpp"
#include "core/text.hpp"

namespace tripos::loadtest {

namespace {

constexpr std::string_view kHead =
    "number,candidate,question,choice,late,sent_at,told_at,tries,fate";
constexpr const char* kFates[] = {"unknown", "acknowledged", "refused"};

/// Takes the next cell of `line`.
std::string_view cut(std::string_view& line) {
    const auto end = std::min(line.find(','), line.size());
    const auto cell = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return cell;
}

/// Nothing: it is none.
std::optional<JournalEntry> parse_line(std::string_view line) {
    std::int64_t values[8] = {};
    for (auto& value : values) {
        const auto number = parse_int(cut(line));
        if (!number || *number < 0) {
            return std::nullopt;
        }
        value = *number;
    }
    const auto* const fate = std::find(std::begin(kFates), std::end(kFates), line);
    if (fate == std::end(kFates) || values[1] > UINT32_MAX || values[2] > UINT16_MAX ||
        values[3] > UINT8_MAX) {
        return std::nullopt;
    }
    return JournalEntry{.number = static_cast<std::size_t>(values[0]),
                        .line = {.candidate = static_cast<std::uint32_t>(values[1]),
                                 .question = static_cast<std::uint16_t>(values[2]),
                                 .choice = static_cast<std::uint8_t>(values[3]),
                                 .fate = static_cast<Fate>(fate - std::begin(kFates)),
                                 .is_late = values[4] != 0,
                                 .sent_at = values[5],
                                 .told_at = values[6],
                                 .tries = static_cast<int>(values[7])}};
}

}  // namespace

std::string journal_head() {
    return std::string(kHead) + '\n';
}

std::string to_csv(const std::vector<JournalEntry>& entries) {
    std::string text;
    for (const auto& [number, line] : entries) {
        for (const auto value :
             {static_cast<std::int64_t>(number), static_cast<std::int64_t>(line.candidate),
              static_cast<std::int64_t>(line.question), static_cast<std::int64_t>(line.choice),
              static_cast<std::int64_t>(line.is_late), line.sent_at, line.told_at,
              static_cast<std::int64_t>(line.tries)}) {
            text += std::to_string(value) + ',';
        }
        text += kFates[static_cast<std::size_t>(line.fate)];
        text += '\n';
    }
    return text;
}

std::vector<JournalLine> parse_journal(std::string_view csv) {
    if (csv.empty()) {
        throw SystemError("load test", "the journal is empty");
    }
    std::map<std::size_t, JournalLine> answers;
    for (std::size_t number = 1; !csv.empty(); ++number) {
        const auto end = std::min(csv.find('\n'), csv.size());
        const bool is_whole = end < csv.size();
        const auto line = csv.substr(0, end);
        csv.remove_prefix(std::min(end + 1, csv.size()));
        const auto parsed = number > 1 ? parse_line(line) : std::nullopt;
        if (parsed) {
            answers[parsed->number] = parsed->line;
        } else if (is_whole ? number > 1 || line != kHead : number == 1) {
            throw SystemError("load test", "line " + std::to_string(number) +
                                               " is none of a journal: was it written by "
                                               "--journal?");
        }
    }
    std::vector<JournalLine> journal;
    for (const auto& [number, line] : answers) {
        journal.push_back(line);
    }
    return journal;
}

}  // namespace tripos::loadtest
