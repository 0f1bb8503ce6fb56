// SPDX-License-Identifier: MIT
#pragma once
// Rosters as spreadsheets write them. Pure functions, thread-safe.

#include <string_view>
#include <vector>

#include "accounts/enrolments.hpp"
#include "rosters/sheet.hpp"

namespace tripos::rosters {

/// The columns that say who somebody is.
SheetColumn number_column();
SheetColumn email_column();

struct RosterRow {
    std::int64_t row = 0;
    accounts::Enrolment person;
};

struct Roster {
    std::vector<RosterRow> rows;  ///< those without a problem
    std::vector<CellProblem> problems;
};

/// A number or an address that stands there twice is a problem. Requires: valid UTF-8.
Roster read_roster(std::string_view csv);

}  // namespace tripos::rosters
