// SPDX-License-Identifier: MIT
#pragma once
// Sheets: tables as spreadsheets write them - comma, semicolon or tab separated (RFC 4180), with a
// line of column names. Columns are found by their names, in any order and spelling of case; others
// are not looked at. What would shift, swallow or double something is a problem, never a guess.
// Pure, not thread-safe.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/json_writer.hpp"
#include "module/entity.hpp"

namespace tripos::rosters {

/// What is wrong with a cell, named as the spreadsheet shows it.
struct CellProblem {
    std::int64_t row = 1;  ///< the line of column names is row 1
    std::string column;    ///< its SheetColumn::name
    std::string message;
};

inline constexpr auto kCellMembers =
    entity::Table(entity::Member{nullptr, &CellProblem::row, "row"},
                  entity::Member{nullptr, &CellProblem::column, "column"},
                  entity::Member{nullptr, &CellProblem::message, "message"});

/// The cells as answers tell them, and their description.
std::string cells_json(const std::vector<CellProblem>& cells);
http::Schema cells_shape();

struct SheetColumn {
    std::string_view name;  ///< as the API calls it
    /// What stands for it besides, without case, blanks, dots and underscores.
    std::vector<std::string_view> spellings = {};
};

/// The cells of one line. Valid while it is visited.
class SheetRow {
  public:
    SheetRow(const std::map<std::string_view, std::size_t>& places,
             const std::vector<std::string>& cells, std::int64_t number,
             std::vector<CellProblem>& problems)
        : places_(places),
          cells_(cells),
          number_(number),
          problems_(problems),
          problems_before_(problems.size()) {}

    std::int64_t number() const { return number_; }
    /// Trimmed; empty when there is nothing. A problem when it is longer, or has a line break.
    std::string text(std::string_view column, std::size_t longest);
    /// The same, and nothing is a problem, too.
    std::string needed_text(std::string_view column, std::size_t longest);
    void reject(std::string_view column, std::string message);
    bool is_good() const { return problems_.size() == problems_before_; }

  private:
    const std::map<std::string_view, std::size_t>& places_;
    const std::vector<std::string>& cells_;
    const std::int64_t number_;
    std::vector<CellProblem>& problems_;
    const std::size_t problems_before_;
};

class Sheet {
  public:
    static constexpr std::size_t kMostRows = 5'000;

    /// What concerns the whole sheet goes to `problems`, which outlive it. Requires: valid UTF-8,
    /// at least one column.
    Sheet(std::string_view csv, std::vector<SheetColumn> columns,
          std::vector<CellProblem>& problems);

    bool has(std::string_view column) const { return places_.contains(column); }
    /// Each line that is not blank, in their order; none when anything is wrong with the whole.
    void visit(const std::function<void(SheetRow&)>& visit) const;

  private:
    void find_places();
    void reject(std::size_t row, std::string_view column, std::string message);

    const std::vector<SheetColumn> columns_;
    std::vector<CellProblem>& problems_;
    std::vector<std::vector<std::string>> rows_;
    std::map<std::string_view, std::size_t> places_;  ///< of the columns that are there
};

/// Values that may stand in one row only.
class OncePerSheet {
  public:
    /// What is wrong when it stands in an earlier row.
    std::optional<std::string> problem_of(const std::string& value, std::int64_t row);

  private:
    std::map<std::string, std::int64_t> rows_;
};

struct CsvRows {
    std::vector<std::vector<std::string>> rows;  ///< the cells of each line
    bool is_closed = true;  ///< false: the last cell begins with a quote and has all that follows
};
/// Lines end as on any system: LF, CRLF or CR.
CsvRows read_csv(std::string_view text, char separator);

}  // namespace tripos::rosters
