// SPDX-License-Identifier: MIT
#include "sql/detail/sqlite_log.hpp"

#include "async/this_thread.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

constexpr int kPageBytes = 4096;
// Lengths of the log, in pages.
constexpr int kMovedPages = 1000;
constexpr int kLongLog = 8 * kMovedPages;
constexpr int kUrgentLog = 2 * kLongLog;
constexpr int kUrgentPages = kMovedPages / 4;
constexpr int kAlarmingLog = 8 * kUrgentLog;
/// How long one try waits for the readers that are under way.
constexpr std::chrono::milliseconds kMoment{10};
/// The first wait lets the whole log be copied, the second one sees off those who came to read
/// meanwhile.
constexpr int kTries = 2;

bool is_trouble(int code) {
    return code != SQLITE_OK && code != SQLITE_BUSY;
}

void report(sqlite3* handle) {
    log::error("sql", "checkpoint failed", {{"what", sqlite3_errmsg(handle)}});
}

}  // namespace

SqliteLog::SqliteLog(sqlite3* writer)
    : writer_(writer),
      move_at_(kMovedPages),
      alarm_at_(kAlarmingLog),
      mover_(open_sqlite(sqlite3_db_filename(writer, "main"))) {
    execute_sqlite(writer_, "PRAGMA wal_autocheckpoint = 0");
    execute_sqlite(writer_,
                   "PRAGMA journal_size_limit = " + std::to_string(kUrgentLog * kPageBytes));
    const auto committed = [](void* self, sqlite3*, const char*, int pages) -> int {
        static_cast<SqliteLog*>(self)->pages_ = pages;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(writer_, committed, this);
    sqlite3_db_config(mover_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    // Until it has read something a connection knows of no log, and moves nothing.
    execute_sqlite(mover_.get(), "SELECT count(*) FROM sqlite_schema");
    thread_ = std::jthread([this](const std::stop_token& stop) { move_when_woken(stop); });
}

SqliteLog::~SqliteLog() {
    thread_.request_stop();
    thread_.join();
    mover_.reset();
    sqlite3_wal_hook(writer_, nullptr, nullptr);
    sqlite3_busy_timeout(writer_, 0);
    sqlite3_wal_checkpoint_v2(writer_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

void SqliteLog::after_commit() {
    // A log shorter than before has been started afresh.
    if (pages_ < move_at_ - kMovedPages) {
        move_at_ = kMovedPages;
        alarm_at_ = kAlarmingLog;
        is_long_ = false;
    }
    if (pages_ >= move_at_ && !is_long_) {
        move_at_ = pages_ + (pages_ < kUrgentLog ? kMovedPages : kUrgentPages);
        is_long_ = pages_ >= kLongLog;
        wake_mover();
    }
    if (is_long_ && !is_moving_) {
        is_long_ = false;
        if (!is_pinned_) {
            start_afresh();
        }
    }
    if (pages_ >= alarm_at_) {
        alarm_at_ = 2 * pages_;
        log::warn("sql", "the log of the database grows: somebody reads without an end",
                  {{"pages", pages_}});
    }
}

// Those who begin to read once all was moved read the database file, so only those under way are
// waited for, a moment and not at each commit. Who reads for seconds, an export say, holds no save:
// then the log is pinned, and grows. Short tries rather than a long one: SQLite waits for a place
// among the readers that had an old snapshot when it looked, and does not see that another reader,
// with the newest one, took it over.
void SqliteLog::start_afresh() {
    bool is_done = false;
    for (int left = kTries; !is_done && left > 0; --left) {
        is_done = try_to_start_afresh();
    }
}

bool SqliteLog::try_to_start_afresh() {
    auto until = std::chrono::steady_clock::now() + kMoment;
    const auto wait = [](void* end, int) -> int {
        if (std::chrono::steady_clock::now() >= *static_cast<decltype(until)*>(end)) {
            return 0;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        return 1;
    };
    sqlite3_busy_handler(writer_, wait, &until);
    const int code =
        sqlite3_wal_checkpoint_v2(writer_, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    sqlite3_busy_timeout(writer_, kBusyMillis);
    if (is_trouble(code)) {
        report(writer_);
    }
    return code == SQLITE_OK;
}

// SQLite does it only when all of the log was moved, which hardly happens while commits go on: the
// writer would be kept by the sync of all of it when the log starts afresh. Never through a file of
// our own: closing it would let go of the locks that SQLite has on this one.
void SqliteLog::sync() {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(mover_.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (file == nullptr || file->pMethods == nullptr ||
        file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) != SQLITE_OK) {
        log::error("sql", "the database file cannot be synced", {});
    }
}

void SqliteLog::wake_mover() {
    {
        const std::lock_guard lock(mutex_);
        is_wanted_ = true;
        is_moving_ = true;
    }
    wake_.notify_one();
}

void SqliteLog::move_when_woken(const std::stop_token& stop) {
    introduce_thread("sql log");
    int moved_before = 0;
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return is_wanted_; })) {
        is_wanted_ = false;
        lock.unlock();
        int length = 0;
        int moved = 0;
        const int code = sqlite3_wal_checkpoint_v2(mover_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                                   &length, &moved);
        if (is_trouble(code)) {
            report(mover_.get());
        }
        sync();
        is_pinned_ = moved < length && moved == moved_before;
        moved_before = moved;
        lock.lock();
        is_moving_ = is_wanted_;
    }
}

}  // namespace tripos::sql
