// SPDX-License-Identifier: MIT
#include "sql/detail/sqlite/sqlite_driver.hpp"

#include <filesystem>

#include "core/file.hpp"
#include "sql/detail/sqlite/sqlite_connection.hpp"

namespace tripos::sql {

namespace {

constexpr int kPagesPerStep = 256;  // 1 MB

void copy_pages(sqlite3* source, sqlite3* target) {
    auto* copy = sqlite3_backup_init(target, "main", source, "main");
    if (copy == nullptr) {
        throw_sqlite_error(target, sqlite3_extended_errcode(target), "start a backup");
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(copy, kPagesPerStep);
    }
    sqlite3_backup_finish(copy);
    if (code != SQLITE_DONE) {
        throw_sqlite_error(target, code, "copy a backup");
    }
}

}  // namespace

std::unique_ptr<Connection> SqliteDriver::connect(Access access) {
    return std::make_unique<SqliteConnection>(open_sqlite(path_), access, statement_timeout_);
}

std::uint64_t SqliteDriver::log_bytes() const {
    std::error_code absent;
    const auto size = std::filesystem::file_size(path_ + "-wal", absent);
    return absent ? 0 : size;
}

void SqliteDriver::backup_to(const std::string& path) {
    const std::filesystem::path draft = path + ".tmp";
    std::filesystem::remove(draft);  // of a backup that did not end
    {
        const auto source = open_sqlite(path_);
        sqlite3_db_config(source.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        execute_sqlite(source.get(), "PRAGMA wal_autocheckpoint = 0");
        // An open read transaction pins one snapshot, so that commits do not make the copy start
        // over.
        execute_sqlite(source.get(), "BEGIN; SELECT count(*) FROM sqlite_schema");
        const auto target = open_sqlite(draft.string());
        copy_pages(source.get(), target.get());
    }
    sync_to_disk(draft);
    std::filesystem::rename(draft, path);
    sync_to_disk(std::filesystem::absolute(path).parent_path());
}

}  // namespace tripos::sql
