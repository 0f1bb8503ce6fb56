// SPDX-License-Identifier: MIT
#pragma once
// Accommodations as spreadsheets write them, with a line of column names: email or
// enrollmentNumber or both, then minutes, multiplier, startTime, endTime, reason. Pure functions,
// thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "core/time_zone.hpp"
#include "exams/accommodation.hpp"
#include "rosters/roster_csv.hpp"

namespace tripos::attempts {

/// What may be given.
inline constexpr std::int64_t kMostMinutes = 24 * 60;
inline constexpr std::int64_t kMostMultiplier = 10 * exams::kOnce;
inline constexpr std::size_t kLongestReason = 1000;

struct AccommodationRow {
    std::int64_t row = 0;  ///< the line of column names is row 1
    std::string email;     ///< one of the two may be empty; otherwise they name one person
    std::string number;
    exams::Accommodation accommodation;  ///< of a candidate who is yet to be found
};

struct AccommodationSheet {
    std::vector<AccommodationRow> rows;  ///< those without a problem
    std::vector<rosters::CellProblem> problems;
    std::vector<rosters::CellProblem> warnings;  ///< none yet: what it changes for others
};

/// For the exam; empty: for all. Times without an offset are in the zone. Requires: valid UTF-8.
AccommodationSheet read_sheet(std::string_view csv, const std::string& exam_id,
                              const TimeZone& zone);

}  // namespace tripos::attempts
