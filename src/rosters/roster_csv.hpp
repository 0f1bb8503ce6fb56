// SPDX-License-Identifier: MIT
#pragma once
// Rosters as spreadsheets write them: comma, semicolon or tab separated (RFC 4180), with a line of
// column names. Pure functions, thread-safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/enrolments.hpp"

namespace tripos::rosters {

/// What is wrong with a cell, named as the spreadsheet shows it.
struct CellProblem {
    std::int64_t row = 1;  ///< the line of column names is row 1
    std::string column;    ///< enrollmentNumber, email or fullName
    std::string message;
};

struct RosterRow {
    std::int64_t row = 0;
    accounts::Enrolment person;
};

struct Roster {
    std::vector<RosterRow> rows;  ///< those without a problem
    std::vector<CellProblem> problems;
};

inline constexpr std::size_t kMostRosterRows = 5'000;

/// Columns are found by their names, in any order and spelling of case; others are not looked at.
/// A number or an address that stands there twice is a problem, and so is what would shift or
/// swallow rows: a cell too many, a quote that is never closed. Requires: valid UTF-8.
Roster read_roster(std::string_view csv);

struct CsvRows {
    std::vector<std::vector<std::string>> rows;  ///< the cells of each line
    bool is_closed = true;  ///< false: the last cell begins with a quote and has all that follows
};
/// Lines end as on any system: LF, CRLF or CR.
CsvRows read_csv(std::string_view text, char separator);
/// The same of a whole file: without its byte order mark, separated by whatever its first line has
/// most of.
CsvRows read_csv(std::string_view file);

/// A column's name without case, blanks, dots and underscores.
std::string column_key(std::string_view name);
bool is_blank(const std::vector<std::string>& cells);
/// Cells with something in them behind the first `count`. Empty ones are what spreadsheets write
/// behind a short row.
bool has_more_than(const std::vector<std::string>& cells, std::size_t count);

}  // namespace tripos::rosters
