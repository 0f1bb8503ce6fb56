// SPDX-License-Identifier: MIT
#pragma once
// TextTable: rows under headings, columns aligned, numbers to the right. What it prints cannot
// steer the terminal: control characters become '?'. Not thread-safe.

#include <cstdint>
#include <string>
#include <vector>

namespace tripos::app {

/// One line for a terminal: control characters replaced, at most `width` code points.
std::string terminal_text(std::string_view text, std::size_t width = 200);

class TextTable {
  public:
    explicit TextTable(std::vector<std::string> headings);

    /// Requires: as many cells as headings.
    void add(std::vector<std::string> cells);
    /// The whole table, each line ended.
    std::string text() const;

  private:
    std::vector<std::vector<std::string>> rows_;  ///< the headings first
};

}  // namespace tripos::app
