// SPDX-License-Identifier: MIT
#include "sql/detail/sqlite/sqlite_statement.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace tripos::sql {

namespace {

/// Makes the statement ready for its next run, whatever happened in this one.
class ResetGuard {
  public:
    explicit ResetGuard(sqlite3_stmt* handle) : handle_(handle) {}
    ~ResetGuard() { sqlite3_reset(handle_); }
    ResetGuard(const ResetGuard&) = delete;
    ResetGuard& operator=(const ResetGuard&) = delete;

  private:
    sqlite3_stmt* handle_;
};

int bind_value(sqlite3_stmt* handle, int index, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return sqlite3_bind_int64(handle, index, *number);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return sqlite3_bind_double(handle, index, *real);
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        // The caller's parameters outlive the run: no copy.
        return sqlite3_bind_text64(handle, index, text->data(), text->size(), nullptr, SQLITE_UTF8);
    }
    return sqlite3_bind_null(handle, index);
}

}  // namespace

SqliteStatement::SqliteStatement(sqlite3* connection, std::string_view text)
    : connection_(connection) {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(connection, text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, &rest);
    handle_.reset(raw);
    if (code != SQLITE_OK) {
        throw_sqlite_error(connection, code, text);
    }
    const auto tail = trim(text.substr(static_cast<std::size_t>(rest - text.data())));
    if (raw == nullptr || !tail.empty()) {
        throw SystemError("sql", "not exactly one statement: " + std::string(text));
    }
    const int count = sqlite3_bind_parameter_count(raw);
    for (int i = 1; i <= count; ++i) {
        const char* name = sqlite3_bind_parameter_name(raw, i);
        const auto number = name != nullptr && *name == '$' ? parse_int(name + 1) : std::nullopt;
        if (!number || *number < 1) {
            throw SystemError("sql", "parameters are $1, $2, ...: " + std::string(text));
        }
        const auto index = static_cast<std::size_t>(*number - 1);
        numbers_.push_back(index);
        parameter_count_ = std::max(parameter_count_, index + 1);
    }
}

std::vector<Row> SqliteStatement::run(std::span<const Value> parameters) {
    const ResetGuard reset(handle_.get());
    bind(parameters);
    std::vector<Row> rows;
    for (;;) {
        const int code = sqlite3_step(handle_.get());
        if (code == SQLITE_DONE) {
            return rows;
        }
        if (code != SQLITE_ROW) {
            throw_sqlite_error(connection_, code, sqlite3_sql(handle_.get()));
        }
        rows.push_back(read_row());
    }
}

void SqliteStatement::bind(std::span<const Value> parameters) {
    if (parameters.size() != parameter_count_) {
        throw SystemError("sql",
                          "wrong number of parameters: " + std::string(sqlite3_sql(handle_.get())));
    }
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
        const int code =
            bind_value(handle_.get(), static_cast<int>(i + 1), parameters[numbers_[i]]);
        if (code != SQLITE_OK) {
            throw_sqlite_error(connection_, code, sqlite3_sql(handle_.get()));
        }
    }
}

Row SqliteStatement::read_row() const {
    auto* handle = handle_.get();
    const int count = sqlite3_column_count(handle);
    std::vector<Value> cells;
    cells.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        switch (sqlite3_column_type(handle, i)) {
            case SQLITE_INTEGER:
                cells.emplace_back(std::int64_t{sqlite3_column_int64(handle, i)});
                break;
            case SQLITE_FLOAT:
                cells.emplace_back(sqlite3_column_double(handle, i));
                break;
            case SQLITE_NULL:
                cells.emplace_back(std::monostate());
                break;
            default: {
                const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle, i));
                const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle, i));
                cells.emplace_back(text == nullptr ? std::string() : std::string(text, size));
            }
        }
    }
    return Row(std::move(cells));
}

}  // namespace tripos::sql
