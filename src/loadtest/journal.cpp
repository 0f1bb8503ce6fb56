// SPDX-License-Identifier: MIT
#include "loadtest/journal.hpp"

namespace tripos::loadtest {

std::string to_csv(const std::vector<JournalLine>& journal) {
    constexpr const char* kFates[] = {"unknown", "acknowledged", "refused"};
    std::string text = "candidate,question,choice,late,sent_at,told_at,tries,fate\n";
    for (const auto& line : journal) {
        for (const auto value :
             {static_cast<std::int64_t>(line.candidate), static_cast<std::int64_t>(line.question),
              static_cast<std::int64_t>(line.choice), static_cast<std::int64_t>(line.is_late),
              line.sent_at, line.told_at, static_cast<std::int64_t>(line.tries)}) {
            text += std::to_string(value) + ',';
        }
        text += kFates[static_cast<std::size_t>(line.fate)];
        text += '\n';
    }
    return text;
}

}  // namespace tripos::loadtest
