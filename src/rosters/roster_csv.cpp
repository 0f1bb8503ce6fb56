// SPDX-License-Identifier: MIT
#include "rosters/roster_csv.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "core/csv.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"
#include "mail/address.hpp"

namespace tripos::rosters {

namespace {

constexpr std::size_t kLongestNumber = 50;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestEmail = 254;

/// Column names of the API, and the spellings that stand for them once case, blanks and underscores
/// are gone.
struct Column {
    std::string_view name;
    std::array<std::string_view, 4> spellings;
};
constexpr std::array<Column, 3> kColumns = {
    Column{"enrollmentNumber",
           {"enrollmentnumber", "enrolmentnumber", "enrollmentno", "enrolmentno"}},
    Column{"email", {"email", "e-mail", "emailaddress", "mail"}},
    Column{"fullName", {"fullname", "name", "studentname", "candidate"}}};

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

/// Where the columns stand; a problem for each that does not.
std::array<std::optional<std::size_t>, 3> find_columns(const std::vector<std::string>& names,
                                                       std::vector<CellProblem>& problems) {
    std::array<std::optional<std::size_t>, 3> places;
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        for (std::size_t at = 0; at < names.size() && !places[i]; ++at) {
            const auto spelling = column_key(names[at]);
            const auto& known = kColumns[i].spellings;
            if (std::find(known.begin(), known.end(), spelling) != known.end()) {
                places[i] = at;
            }
        }
        if (!places[i]) {
            problems.push_back({.row = 1,
                                .column = std::string(kColumns[i].name),
                                .message = "there is no such column"});
        }
    }
    return places;
}

/// Reads the cells of one line.
class RowReader {
  public:
    RowReader(const std::vector<std::string>& cells, std::int64_t row,
              std::vector<CellProblem>& problems)
        : cells_(cells), row_(row), problems_(problems), problems_before_(problems.size()) {}

    std::string text(std::size_t column, std::optional<std::size_t> place, std::size_t longest) {
        const auto text = place && *place < cells_.size() ? std::string(trim(cells_[*place])) : "";
        if (text.empty()) {
            reject(column, "is empty");
        } else if (has_control_characters(text)) {
            reject(column, "has a line break or another control character");
        } else if (utf8_length(text) > longest) {
            reject(column, "is longer than " + std::to_string(longest) + " characters");
        }
        return text;
    }

    void reject(std::size_t column, std::string message) {
        problems_.push_back({.row = row_,
                             .column = std::string(kColumns.at(column).name),
                             .message = std::move(message)});
    }
    bool is_good() const { return problems_.size() == problems_before_; }

  private:
    const std::vector<std::string>& cells_;
    std::int64_t row_;
    std::vector<CellProblem>& problems_;
    std::size_t problems_before_;
};

/// Values that must stand on one line only.
class Seen {
  public:
    /// The line it stands on already.
    std::optional<std::int64_t> add(const std::string& value, std::int64_t row) {
        const auto [place, is_new] = rows_.try_emplace(value, row);
        return is_new ? std::nullopt : std::optional(place->second);
    }

  private:
    std::map<std::string, std::int64_t> rows_;
};

}  // namespace

std::string column_key(std::string_view name) {
    auto key = fold(trim(name));
    std::erase_if(key, [](char c) { return c == ' ' || c == '_' || c == '.'; });
    return key;
}

bool is_blank(const std::vector<std::string>& cells) {
    return std::all_of(cells.begin(), cells.end(),
                       [](const auto& cell) { return trim(cell).empty(); });
}

bool has_more_than(const std::vector<std::string>& cells, std::size_t count) {
    return cells.size() > count &&
           std::any_of(cells.begin() + static_cast<std::ptrdiff_t>(count), cells.end(),
                       [](const auto& cell) { return !trim(cell).empty(); });
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

CsvRows read_csv(std::string_view file) {
    if (file.starts_with(kByteOrderMark)) {
        file.remove_prefix(kByteOrderMark.size());
    }
    return read_csv(file, separator_of(file));
}

Roster read_roster(std::string_view csv) {
    const auto [rows, is_closed] = read_csv(csv);
    Roster roster;
    const auto places =
        find_columns(rows.empty() ? std::vector<std::string>() : rows.front(), roster.problems);
    if (!roster.problems.empty()) {
        return roster;
    }
    if (rows.size() > kMostRosterRows + 1) {
        roster.problems.push_back(
            {.row = static_cast<std::int64_t>(kMostRosterRows) + 2,
             .column = std::string(kColumns[0].name),
             .message = "a roster has at most " + std::to_string(kMostRosterRows) + " rows"});
        return roster;
    }
    if (!is_closed) {
        roster.problems.push_back({.row = static_cast<std::int64_t>(rows.size()),
                                   .column = std::string(kColumns[0].name),
                                   .message = "a quote in this row is never closed"});
        return roster;
    }
    Seen numbers;
    Seen addresses;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (is_blank(rows[i])) {
            continue;
        }
        const auto row = static_cast<std::int64_t>(i) + 1;
        RowReader reader(rows[i], row, roster.problems);
        accounts::Enrolment person;
        person.number = reader.text(0, places[0], kLongestNumber);
        const auto email = reader.text(1, places[1], kLongestEmail);
        person.full_name = reader.text(2, places[2], kLongestName);
        if (!person.number.empty() && accounts::enrolment_key(person.number).empty()) {
            reader.reject(0, "has nothing but blanks");
        }
        if (has_more_than(rows[i], rows[0].size())) {
            reader.reject(0, "has more cells than the first row: a separator in a text?");
        }
        if (auto address = mail::parse_address(email)) {
            person.email = std::move(*address);
        } else if (!email.empty()) {
            reader.reject(1, "is no e-mail address");
        }
        if (!reader.is_good()) {
            continue;
        }
        if (const auto before = numbers.add(accounts::enrolment_key(person.number), row)) {
            reader.reject(0, "stands in row " + std::to_string(*before) + ", too");
        } else if (const auto same = addresses.add(person.email.canonical, row)) {
            reader.reject(1, "stands in row " + std::to_string(*same) + ", too");
        } else {
            roster.rows.push_back({.row = row, .person = std::move(person)});
        }
    }
    return roster;
}

}  // namespace tripos::rosters
