// SPDX-License-Identifier: MIT
#include "rosters/sheet.hpp"

#include <algorithm>
#include <utility>

#include "core/csv.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::rosters {

namespace {

/// Whichever the first line has most of.
char separator_of(std::string_view text) {
    const auto line = text.substr(0, text.find_first_of("\r\n"));
    const auto count = [line](char c) { return std::count(line.begin(), line.end(), c); };
    char best = ',';
    for (const char candidate : {';', '\t'}) {
        best = count(candidate) > count(best) ? candidate : best;
    }
    return best;
}

/// A column's name without case, blanks, dots and underscores.
std::string key_of(std::string_view name) {
    auto key = fold(trim(name));
    std::erase_if(key, [](char c) { return c == ' ' || c == '_' || c == '.'; });
    return key;
}

bool stands_for(const std::string& key, const SheetColumn& column) {
    const auto& others = column.spellings;
    return key == key_of(column.name) ||
           std::find(others.begin(), others.end(), key) != others.end();
}

bool has_something(const std::vector<std::string>& cells, std::size_t from) {
    return std::any_of(cells.begin() + static_cast<std::ptrdiff_t>(std::min(from, cells.size())),
                       cells.end(), [](const auto& cell) { return !trim(cell).empty(); });
}

}  // namespace

std::string cells_json(const std::vector<CellProblem>& cells) {
    http::JsonWriter json;
    entity::write_all(json, cells, kCellMembers);
    return json.take();
}

http::Schema cells_shape() {
    return http::schema::list_of(
        http::schema::object(entity::shapes(kCellMembers)).named("SheetCell"));
}

std::string SheetRow::text(std::string_view column, std::size_t longest) {
    const auto place = places_.find(column);
    if (place == places_.end() || place->second >= cells_.size()) {
        return {};
    }
    std::string text(trim(cells_[place->second]));
    if (has_control_characters(text)) {
        reject(column, "has a line break or another control character");
    } else if (utf8_length(text) > longest) {
        reject(column, "is longer than " + std::to_string(longest) + " characters");
    }
    return text;
}

std::string SheetRow::needed_text(std::string_view column, std::size_t longest) {
    auto text = this->text(column, longest);
    if (text.empty()) {
        reject(column, "is empty");
    }
    return text;
}

void SheetRow::reject(std::string_view column, std::string message) {
    problems_.push_back(
        {.row = number_, .column = std::string(column), .message = std::move(message)});
}

Sheet::Sheet(std::string_view csv, std::vector<SheetColumn> columns,
             std::vector<CellProblem>& problems)
    : columns_(std::move(columns)), problems_(problems) {
    if (csv.starts_with(kByteOrderMark)) {
        csv.remove_prefix(kByteOrderMark.size());
    }
    auto read = read_csv(csv, separator_of(csv));
    rows_ = std::move(read.rows);
    find_places();
    const auto first = columns_.front().name;
    if (rows_.size() > kMostRows + 1) {
        reject(kMostRows + 2, first, "a sheet has at most " + std::to_string(kMostRows) + " rows");
    } else if (!read.is_closed) {
        reject(rows_.size(), first, "a quote in this row is never closed");
    }
}

void Sheet::find_places() {
    if (rows_.empty()) {
        return;
    }
    for (const auto& column : columns_) {
        for (std::size_t at = 0; at < rows_.front().size(); ++at) {
            if (!stands_for(key_of(rows_.front()[at]), column)) {
                continue;
            }
            if (!places_.emplace(column.name, at).second) {
                reject(1, column.name, "there are two such columns");
            }
        }
    }
}

void Sheet::visit(const std::function<void(SheetRow&)>& visit) const {
    if (!problems_.empty()) {
        return;
    }
    for (std::size_t i = 1; i < rows_.size(); ++i) {
        if (!has_something(rows_[i], 0)) {
            continue;
        }
        SheetRow row(places_, rows_[i], static_cast<std::int64_t>(i) + 1, problems_);
        // Empty cells are what spreadsheets write behind a short row.
        if (has_something(rows_[i], rows_.front().size())) {
            row.reject(columns_.front().name,
                       "has more cells than the first row: a separator in a text?");
        }
        visit(row);
    }
}

void Sheet::reject(std::size_t row, std::string_view column, std::string message) {
    problems_.push_back({.row = static_cast<std::int64_t>(row),
                         .column = std::string(column),
                         .message = std::move(message)});
}

std::optional<std::string> OncePerSheet::problem_of(const std::string& value, std::int64_t row) {
    const auto [place, is_new] = rows_.try_emplace(value, row);
    return is_new ? std::nullopt
                  : std::optional("stands in row " + std::to_string(place->second) + ", too");
}

CsvRows read_csv(std::string_view text, char separator) {
    CsvRows csv;
    std::vector<std::string> cells;
    std::string cell;
    bool quoted = false;
    const auto end_cell = [&] { cells.push_back(std::exchange(cell, {})); };
    const auto end_row = [&] {
        end_cell();
        csv.rows.push_back(std::exchange(cells, {}));
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            cell += text[++i];
        } else if (c == '"' && (quoted || cell.empty())) {
            quoted = !quoted;
        } else if (quoted) {
            cell += c;
        } else if (c == separator) {
            end_cell();
        } else if (c == '\n' || (c == '\r' && text.substr(i + 1, 1) != "\n")) {
            end_row();
        } else if (c != '\r') {
            cell += c;
        }
    }
    csv.is_closed = !quoted;
    if (!cell.empty() || !cells.empty()) {
        end_row();
    }
    return csv;
}

}  // namespace tripos::rosters
