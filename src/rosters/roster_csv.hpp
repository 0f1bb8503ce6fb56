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
/// A number or an address that stands there twice is a problem. Requires: valid UTF-8.
Roster read_roster(std::string_view csv);

/// The cells of each line. What follows a quote that is never closed belongs to its cell.
std::vector<std::vector<std::string>> read_csv(std::string_view text, char separator);
/// The same of a whole file: without its byte order mark, separated by whatever its first line has
/// most of.
std::vector<std::vector<std::string>> read_csv(std::string_view file);

/// A column's name without case, blanks, dots and underscores.
std::string column_key(std::string_view name);
bool is_blank(const std::vector<std::string>& cells);

}  // namespace tripos::rosters
