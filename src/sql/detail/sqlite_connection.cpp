// SPDX-License-Identifier: MIT
#include "sql/detail/sqlite_connection.hpp"

#include <thread>

#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

// Lengths of the log, in pages of 4 KB.
constexpr int kCheckpointPages = 1000;
constexpr int kLongLog = 8 * kCheckpointPages;
constexpr int kUrgentLog = 2 * kLongLog;
constexpr int kUrgentPages = kCheckpointPages / 4;
constexpr int kLastLog = 8 * kUrgentLog;
/// How long an attempt waits at a long log for the readers that are under way.
constexpr std::chrono::milliseconds kMoment{10};
/// The first wait of an attempt lets the whole log be copied, the second one sees off those who
/// came to read meanwhile.
constexpr int kQuickAttempts = 2;
/// Once each time an urgent log has doubled, as many readers may need longer on a busy machine.
constexpr int kPatientAttempts = 10;
constexpr int kProgressSteps = 20'000;  // of SQLite's virtual machine, well under a millisecond

}  // namespace

SqliteConnection::SqliteConnection(SqliteHandle handle, Access access,
                                   std::chrono::milliseconds statement_timeout)
    : access_(access),
      statement_timeout_(statement_timeout),
      statement_limit_(statement_timeout),
      handle_(std::move(handle)),
      checkpoint_at_(kCheckpointPages),
      patient_at_(2 * kUrgentLog) {
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
    if (access_ == Access::write) {
        // Best effort: another process may be reading. The next start finds everything in the log
        // either way.
        sqlite3_busy_timeout(handle_.get(), 0);
        sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                  nullptr);
    }
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
    execute_sqlite(handle_.get(), "PRAGMA wal_autocheckpoint = 0");
    const auto committed = [](void* self, sqlite3*, const char*, int pages) -> int {
        static_cast<SqliteConnection*>(self)->log_pages_ = pages;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_.get(), committed, this);
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
    // A log shorter than before has been started afresh.
    if (log_pages_ < checkpoint_at_ - kCheckpointPages) {
        checkpoint_at_ = kCheckpointPages;
        patient_at_ = 2 * kUrgentLog;
    }
    if (log_pages_ < checkpoint_at_) {
        return;
    }
    checkpoint_at_ = log_pages_ + (log_pages_ < kUrgentLog ? kCheckpointPages : kUrgentPages);
    if (log_pages_ < kLongLog) {
        checkpoint(SQLITE_CHECKPOINT_PASSIVE);
        return;
    }
    // Readers that never rest all at once keep the log from starting afresh. Those who begin from
    // here on read the database file, so only those under way are waited for, a moment and not at
    // each commit: who reads for seconds, an export say, is not to hold the saves for as long. Many
    // short attempts rather than a long one: SQLite waits for a place among the readers that had an
    // old snapshot when it looked, and does not see that another reader, with the newest one, took
    // it over.
    const bool is_last = log_pages_ >= kLastLog;
    std::int64_t attempts = kQuickAttempts;
    if (log_pages_ >= patient_at_) {
        patient_at_ = 2 * log_pages_;
        attempts = is_last ? statement_timeout_ / kMoment : kPatientAttempts;
    }
    bool is_empty = false;
    for (auto left = attempts; !is_empty && left > 0; --left) {
        is_empty = checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    }
    if (is_last && attempts > kQuickAttempts && !is_empty) {
        log::warn("sql", "the log of the database grows: somebody reads without an end",
                  {{"pages", log_pages_}});
    }
}

bool SqliteConnection::checkpoint(int mode) {
    auto until = std::chrono::steady_clock::now() + kMoment;
    const auto wait = [](void* end, int) -> int {
        if (std::chrono::steady_clock::now() >= *static_cast<decltype(until)*>(end)) {
            return 0;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        return 1;
    };
    sqlite3_busy_handler(handle_.get(), wait, &until);
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, nullptr, nullptr);
    sqlite3_busy_timeout(handle_.get(), kBusyMillis);
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        log::error("sql", "checkpoint failed", {{"what", sqlite3_errmsg(handle_.get())}});
    }
    return code == SQLITE_OK;
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
