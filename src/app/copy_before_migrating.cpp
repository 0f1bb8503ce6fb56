// SPDX-License-Identifier: MIT
#include "app/copy_before_migrating.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "app/restore_hold.hpp"
#include "core/error.hpp"
#include "sql/database_copy.hpp"

namespace tripos::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKept = 3;

/// Put back it is restored data: what waited then may have been sent since. A schema of before that
/// table has no program that would ask it.
void hold(sql::Session& session, Timestamp now) {
    if (session.query_one("SELECT 1 FROM sqlite_master WHERE name = 'restore_hold'")) {
        restore_hold::put(session, {.data_from = now});
    }
}

/// All but the newest; their names sort by time.
void prune(const fs::path& folder) {
    std::vector<fs::path> copies;
    for (const auto& entry : fs::directory_iterator(folder)) {
        copies.push_back(entry.path());
    }
    std::sort(copies.begin(), copies.end());
    for (std::size_t i = 0; i + kKept < copies.size(); ++i) {
        fs::remove(copies[i]);
    }
}

}  // namespace

Task<std::string> copy_before_migrating(sql::Database& sqlite, std::string folder, Timestamp now) {
    const auto copies = fs::path(folder) / "before-migration";
    std::error_code problem;
    fs::create_directories(copies, problem);
    if (problem) {
        throw SystemError("sql", copies.string() + " cannot be created: " + problem.message());
    }
    auto name = to_iso8601(now);
    std::replace(name.begin(), name.end(), ':', '-');
    const auto whole = copies / (name + ".db");
    // Under another name until it is whole: half a copy is no way back.
    const auto part = copies / "part";
    fs::remove(part);
    co_await sqlite.backup_to(part.string());
    sql::change_copy(part.string(), [now](sql::Session& session) { hold(session, now); });
    fs::rename(part, whole);
    prune(copies);
    co_return whole.string();
}

}  // namespace tripos::app
