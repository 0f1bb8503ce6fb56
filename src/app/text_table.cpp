// SPDX-License-Identifier: MIT
#include "app/text_table.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

constexpr std::size_t kLongestCell = 80;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string terminal_text(std::string_view text, std::size_t width) {
    if (!is_valid_utf8(text)) {
        return "(not UTF-8)";
    }
    std::string shown;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto end = at + 1;
        while (end < text.size() && is_continuation(text[end])) {
            ++end;
        }
        if (++characters > width) {
            return shown + "...";
        }
        const auto one = text.substr(at, end - at);
        shown += has_control_characters(one) ? std::string_view("?") : one;
        at = end;
    }
    return shown;
}

TextTable::TextTable(std::vector<std::string> headings) {
    rows_.push_back(std::move(headings));
}

void TextTable::add(std::vector<std::string> cells) {
    TRIPOS_ASSERT(cells.size() == rows_.front().size());
    for (auto& cell : cells) {
        cell = terminal_text(cell, kLongestCell);
    }
    rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
    const auto columns = rows_.front().size();
    std::vector<std::size_t> widths(columns, 0);
    std::vector<bool> is_number(columns, true);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            const auto& cell = rows_[row][column];
            widths[column] = std::max(widths[column], utf8_length(cell));
            is_number[column] = is_number[column] && (row == 0 || parse_int(cell));
        }
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t column = 0; column < columns; ++column) {
            const std::string fill(widths[column] - utf8_length(row[column]), ' ');
            line += column == 0 ? "" : "  ";
            line += is_number[column] ? fill + row[column] : row[column] + fill;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

}  // namespace tripos::app
