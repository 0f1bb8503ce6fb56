// SPDX-License-Identifier: MIT
#include "attempts/accommodation_csv.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/text.hpp"
#include "core/unicode.hpp"
#include "questions/marks.hpp"

namespace tripos::attempts {

namespace {

using rosters::CellProblem;

constexpr std::size_t kLongestCell = 254;

/// Where the named columns stand, by column_key().
using Places = std::map<std::string, std::size_t>;

Places find_places(const std::vector<std::string>& names) {
    Places places;
    for (std::size_t at = 0; at < names.size(); ++at) {
        places.emplace(rosters::column_key(names[at]), at);
    }
    return places;
}

/// Reads the cells of one line.
class SheetRow {
  public:
    SheetRow(const Places& places, const std::vector<std::string>& cells, std::int64_t row,
             std::vector<CellProblem>& problems)
        : places_(places), cells_(cells), row_(row), problems_(problems) {}

    std::string text(const char* column, std::size_t longest = kLongestCell) {
        const auto place = places_.find(rosters::column_key(column));
        if (place == places_.end() || place->second >= cells_.size()) {
            return {};
        }
        std::string text(trim(cells_[place->second]));
        if (has_control_characters(text) || utf8_length(text) > longest) {
            reject(column, "is too long, or has a line break in it");
        }
        return text;
    }

    std::optional<std::int64_t> minutes() {
        const auto given = text("minutes");
        if (given.empty()) {
            return std::nullopt;
        }
        std::int64_t value = -1;
        const auto [end, failure] =
            std::from_chars(given.data(), given.data() + given.size(), value);
        if (failure != std::errc() || end != given.data() + given.size() || value < 0 ||
            value > kMostMinutes) {
            reject("minutes", "is no whole number from 0 to " + std::to_string(kMostMinutes));
        }
        return value;
    }

    std::optional<std::int64_t> multiplier() {
        auto given = text("multiplier");
        if (given.empty()) {
            return std::nullopt;
        }
        std::replace(given.begin(), given.end(), ',', '.');
        double value = 0;
        const auto [end, failure] =
            std::from_chars(given.data(), given.data() + given.size(), value);
        const bool is_number = failure == std::errc() && end == given.data() + given.size();
        const auto thousandths = is_number ? questions::marks_from_number(value) : std::nullopt;
        if (!thousandths || *thousandths < exams::kOnce || *thousandths > kMostMultiplier) {
            reject("multiplier", "is no number from 1 to 10 with at most three decimals");
        }
        return thousandths;
    }

    std::optional<Timestamp> time(const char* column, const TimeZone& zone) {
        const auto given = text(column);
        if (given.empty()) {
            return std::nullopt;
        }
        const auto at = zone.read(given);
        if (!at) {
            reject(column, "is no time such as 2026-01-31T09:30:00+05:30");
        }
        return at;
    }

    void reject(const std::string& column, std::string message) {
        problems_.push_back({.row = row_, .column = column, .message = std::move(message)});
    }

  private:
    const Places& places_;
    const std::vector<std::string>& cells_;
    std::int64_t row_;
    std::vector<CellProblem>& problems_;
};

AccommodationRow read_row(SheetRow row, std::int64_t number, const std::string& exam_id,
                          const TimeZone& zone) {
    AccommodationRow read{
        .row = number, .email = row.text("email"), .number = row.text("enrollmentNumber")};
    auto& accommodation = read.accommodation;
    accommodation.exam_id = exam_id;
    accommodation.minutes = row.minutes();
    accommodation.multiplier = row.multiplier();
    accommodation.start_at = row.time("startTime", zone);
    accommodation.end_at = row.time("endTime", zone);
    accommodation.reason = row.text("reason", kLongestReason);
    if (read.email.empty() && read.number.empty()) {
        row.reject("email", "is empty, and so is enrollmentNumber");
    }
    if (accommodation.reason.empty()) {
        row.reject("reason", "is empty");
    }
    for (auto& problem : exams::problems_of(accommodation)) {
        row.reject(problem.field, std::move(problem.message));
    }
    return read;
}

}  // namespace

AccommodationSheet read_sheet(std::string_view csv, const std::string& exam_id,
                              const TimeZone& zone) {
    AccommodationSheet sheet;
    const auto [rows, is_closed] = rosters::read_csv(csv);
    const auto places = rows.empty() ? Places() : find_places(rows.front());
    if (!places.contains("email") && !places.contains(rosters::column_key("enrollmentNumber"))) {
        sheet.problems.push_back({.row = 1,
                                  .column = "email",
                                  .message = "there is no such column, nor enrollmentNumber"});
        return sheet;
    }
    if (rows.size() > rosters::kMostRosterRows + 1) {
        sheet.problems.push_back({.row = static_cast<std::int64_t>(rosters::kMostRosterRows) + 2,
                                  .column = "email",
                                  .message = "a file has at most " +
                                             std::to_string(rosters::kMostRosterRows) + " rows"});
        return sheet;
    }
    if (!is_closed) {
        sheet.problems.push_back({.row = static_cast<std::int64_t>(rows.size()),
                                  .column = "email",
                                  .message = "a quote in this row is never closed"});
        return sheet;
    }
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rosters::is_blank(rows[i])) {
            continue;
        }
        const auto number = static_cast<std::int64_t>(i) + 1;
        const auto before = sheet.problems.size();
        if (rosters::has_more_than(rows[i], rows[0].size())) {
            sheet.problems.push_back(
                {.row = number,
                 .column = "email",
                 .message = "has more cells than the first row: a separator in a text?"});
        }
        auto row =
            read_row(SheetRow(places, rows[i], number, sheet.problems), number, exam_id, zone);
        if (sheet.problems.size() == before) {
            sheet.rows.push_back(std::move(row));
        }
    }
    return sheet;
}

}  // namespace tripos::attempts
