// SPDX-License-Identifier: MIT
#pragma once
// SqliteStatement: one prepared statement whose parameters are $1, $2, ..., each used any number of
// times in any order.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "sql/detail/sqlite/sqlite_handle.hpp"
#include "sql/value.hpp"

namespace tripos::sql {

/// Confined to the thread of its connection.
class SqliteStatement {
  public:
    /// Throws SystemError if `text` is not exactly one statement with parameters $1 to $n.
    SqliteStatement(sqlite3* connection, std::string_view text);

    std::vector<Row> run(std::span<const Value> parameters);

  private:
    void bind(std::span<const Value> parameters);
    Row read_row() const;

    sqlite3* connection_;
    SqliteStatementHandle handle_;
    std::vector<std::size_t> numbers_;  ///< SQLite's parameter i + 1 is $(numbers_[i] + 1)
    std::size_t parameter_count_ = 0;
};

}  // namespace tripos::sql
