// SPDX-License-Identifier: MIT
#pragma once
// Journal: every answer that was sent, and what was said of it; what the oracle believes.
// Not thread-safe; external synchronisation required.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::loadtest {

enum class Fate : std::uint8_t {
    unknown,  ///< no answer came: it may be stored or not
    acknowledged,
    refused,
};

/// One answer of one candidate to one question; their order is that in which it was sent.
struct JournalLine {
    std::uint32_t candidate = 0;
    std::uint16_t question = 0;
    std::uint8_t choice = 0;
    Fate fate = Fate::unknown;
    bool is_late = false;      ///< sent after the deadline, to be refused
    std::int64_t sent_at = 0;  ///< milliseconds since 1970, of the first try
    std::int64_t told_at = 0;  ///< when its fate was told; 0: never
    int tries = 0;
};

/// How an answer stood at a moment: sent, sent again, told of.
struct JournalEntry {
    std::size_t number = 0;  ///< of the answer, in the order of sending
    JournalLine line;
};

/// What a journal begins with.
std::string journal_head();
/// As CSV, a line each, to be added to a journal.
std::string to_csv(const std::vector<JournalEntry>& entries);
/// The answers of a journal; of several entries about one the last counts. What a crash left of its
/// last line is passed over. Throws SystemError, with the number of the line that is none.
std::vector<JournalLine> parse_journal(std::string_view csv);

}  // namespace tripos::loadtest
