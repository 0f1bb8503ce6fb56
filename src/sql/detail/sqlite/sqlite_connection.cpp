// SPDX-License-Identifier: MIT
#include "sql/detail/sqlite/sqlite_connection.hpp"

namespace tripos::sql {

namespace {

constexpr int kProgressSteps = 20'000;  // of SQLite's virtual machine, well under a millisecond

}  // namespace

SqliteConnection::SqliteConnection(SqliteHandle handle, Access access,
                                   std::chrono::milliseconds statement_timeout)
    : access_(access),
      statement_timeout_(statement_timeout),
      statement_limit_(statement_timeout),
      handle_(std::move(handle)) {
    const auto overdue = [](void* self) -> int {
        return std::chrono::steady_clock::now() >
               static_cast<SqliteConnection*>(self)->statement_deadline_;
    };
    statement_deadline_ = std::chrono::steady_clock::time_point::max();
    sqlite3_progress_handler(handle_.get(), kProgressSteps, overdue, this);
    access == Access::write ? configure_writer() : configure_reader();
}

SqliteConnection::~SqliteConnection() {
    statements_.clear();
}

void SqliteConnection::configure_writer() {
    // It answers with the mode that it has, whether or not that is what was asked for.
    const auto mode = SqliteStatement(handle_.get(), "PRAGMA journal_mode = WAL").run({});
    if (mode.empty() || mode.front().text(0) != "wal") {
        throw SystemError("sql",
                          "the database cannot keep a write-ahead log where it is; put it "
                          "on a local disk");
    }
    execute_sqlite(handle_.get(), "PRAGMA synchronous = FULL");
    execute_sqlite(handle_.get(), "PRAGMA foreign_keys = ON");
    execute_sqlite(handle_.get(), "PRAGMA cache_size = -8000");
    log_ = std::make_unique<SqliteLog>(handle_.get());
}

void SqliteConnection::configure_reader() {
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    execute_sqlite(handle_.get(), "PRAGMA wal_autocheckpoint = 0");
    execute_sqlite(handle_.get(), "PRAGMA cache_size = -4000");
    execute_sqlite(handle_.get(), "PRAGMA query_only = ON");
}

std::vector<Row> SqliteConnection::run(std::string_view statement,
                                       std::span<const Value> parameters) {
    auto& ready = prepared(statement);
    const auto changed_before = sqlite3_total_changes64(handle_.get());
    statement_deadline_ = std::chrono::steady_clock::now() + statement_limit_;
    auto rows = ready.run(parameters);
    // SQLite's count is that of the last statement that changed rows: not this one, if the total
    // stands still.
    affected_ = sqlite3_total_changes64(handle_.get()) == changed_before
                    ? 0
                    : sqlite3_changes64(handle_.get());
    return rows;
}

void SqliteConnection::begin() {
    statement_limit_ = statement_timeout_;
    command(access_ == Access::write ? "BEGIN IMMEDIATE" : "BEGIN");
    in_transaction_ = true;
}

void SqliteConnection::commit() {
    command("COMMIT");
    in_transaction_ = false;
}

void SqliteConnection::rollback() {
    in_transaction_ = false;
    // After some errors SQLite has rolled back by itself.
    if (sqlite3_get_autocommit(handle_.get()) == 0 &&
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr) != SQLITE_OK) {
        broken_ = true;
    }
}

void SqliteConnection::savepoint() {
    command("SAVEPOINT write_of_group");
}

void SqliteConnection::release() {
    command("RELEASE write_of_group");
}

void SqliteConnection::rollback_to_savepoint() {
    command("ROLLBACK TO write_of_group");
    release();
}

Trouble SqliteConnection::trouble() const {
    if (broken_) {
        return Trouble::connection;
    }
    const bool lost = in_transaction_ && sqlite3_get_autocommit(handle_.get()) != 0;
    return lost ? Trouble::transaction : Trouble::none;
}

void SqliteConnection::after_commit() {
    log_->after_commit();
}

SqliteStatement& SqliteConnection::prepared(std::string_view text) {
    if (const auto known = statements_.find(text); known != statements_.end()) {
        return known->second;
    }
    if (statements_.size() >= kPreparedLimit) {
        statements_.clear();
    }
    return statements_.emplace(text, SqliteStatement(handle_.get(), text)).first->second;
}

void SqliteConnection::command(std::string_view text) {
    statement_deadline_ = std::chrono::steady_clock::time_point::max();
    prepared(text).run({});
}

}  // namespace tripos::sql
