// SPDX-License-Identifier: MIT
#include "attempts/accommodation_csv.hpp"

#include <algorithm>
#include <charconv>

#include "questions/marks.hpp"

namespace tripos::attempts {

namespace {

using rosters::SheetRow;

constexpr std::size_t kLongestCell = 254;

std::optional<std::int64_t> read_minutes(SheetRow& row) {
    const auto given = row.text("minutes", kLongestCell);
    if (given.empty()) {
        return std::nullopt;
    }
    std::int64_t value = -1;
    const auto [end, failure] = std::from_chars(given.data(), given.data() + given.size(), value);
    if (failure != std::errc() || end != given.data() + given.size() || value < 0 ||
        value > kMostMinutes) {
        row.reject("minutes", "is no whole number from 0 to " + std::to_string(kMostMinutes));
    }
    return value;
}

std::optional<std::int64_t> read_multiplier(SheetRow& row) {
    auto given = row.text("multiplier", kLongestCell);
    if (given.empty()) {
        return std::nullopt;
    }
    std::replace(given.begin(), given.end(), ',', '.');
    double value = 0;
    const auto [end, failure] = std::from_chars(given.data(), given.data() + given.size(), value);
    const bool is_number = failure == std::errc() && end == given.data() + given.size();
    const auto thousandths = is_number ? questions::marks_from_number(value) : std::nullopt;
    if (!thousandths || *thousandths < exams::kOnce || *thousandths > kMostMultiplier) {
        row.reject("multiplier", "is no number from 1 to 10 with at most three decimals");
    }
    return thousandths;
}

std::optional<Timestamp> read_time(SheetRow& row, const char* column, const TimeZone& zone) {
    const auto given = row.text(column, kLongestCell);
    if (given.empty()) {
        return std::nullopt;
    }
    const auto at = zone.read(given);
    if (!at) {
        row.reject(column, "is no time such as 2026-01-31T09:30:00+05:30");
    }
    return at;
}

AccommodationRow read_row(SheetRow& row, const std::string& exam_id, const TimeZone& zone) {
    AccommodationRow read{.row = row.number(),
                          .email = row.text("email", kLongestCell),
                          .number = row.text("enrollmentNumber", kLongestCell)};
    auto& accommodation = read.accommodation;
    accommodation.exam_id = exam_id;
    accommodation.minutes = read_minutes(row);
    accommodation.multiplier = read_multiplier(row);
    accommodation.start_at = read_time(row, "startTime", zone);
    accommodation.end_at = read_time(row, "endTime", zone);
    accommodation.reason = row.needed_text("reason", kLongestReason);
    if (read.email.empty() && read.number.empty()) {
        row.reject("email", "is empty, and so is enrollmentNumber");
    }
    for (auto& problem : exams::problems_of(accommodation)) {
        row.reject(problem.field, std::move(problem.message));
    }
    return read;
}

}  // namespace

AccommodationSheet read_sheet(std::string_view csv, const std::string& exam_id,
                              const TimeZone& zone) {
    AccommodationSheet read;
    std::vector<rosters::SheetColumn> columns{rosters::email_column(), rosters::number_column()};
    for (const auto* name : {"minutes", "multiplier", "startTime", "endTime", "reason"}) {
        columns.push_back({.name = name});
    }
    const rosters::Sheet sheet(csv, std::move(columns), read.problems);
    if (!sheet.has("email") && !sheet.has("enrollmentNumber")) {
        read.problems.push_back({.row = 1,
                                 .column = "email",
                                 .message = "there is no such column, nor enrollmentNumber"});
    }
    sheet.visit([&](SheetRow& row) {
        auto one = read_row(row, exam_id, zone);
        if (row.is_good()) {
            read.rows.push_back(std::move(one));
        }
    });
    return read;
}

}  // namespace tripos::attempts
