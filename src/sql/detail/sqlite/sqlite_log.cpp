// SPDX-License-Identifier: MIT
#include "sql/detail/sqlite/sqlite_log.hpp"

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
constexpr int kPatientLog = 2 * kUrgentLog;
constexpr int kAlarmingLog = 8 * kUrgentLog;
/// How long one try waits for the readers that are under way.
constexpr std::chrono::milliseconds kMoment{10};
/// The first wait lets the whole log be copied, the second one sees off those who came to read
/// meanwhile.
constexpr int kTries = 2;
constexpr int kPatientTries = 20;
/// Whoever keeps the log from being moved for longer than the writer would wait reads for long.
constexpr std::chrono::milliseconds kLongRead = kPatientTries * kMoment;
/// A writer that is quicker than the mover is held in the end.
constexpr int kMostPasses = 5;

/// SQLITE_BUSY: somebody is in the way, now or for good.
void report_trouble(sqlite3* handle, int code) {
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        log::error("sql", "checkpoint failed", {{"what", sqlite3_errmsg(handle)}});
    }
}

}  // namespace

SqliteLog::SqliteLog(sqlite3* writer)
    : writer_(writer),
      move_at_(kMovedPages),
      patient_at_(kPatientLog),
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
    if (is_broken_) {
        sqlite3_db_config(writer_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        return;
    }
    sqlite3_busy_timeout(writer_, 0);
    sqlite3_wal_checkpoint_v2(writer_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

void SqliteLog::after_commit() {
    note_length();
    if (pages_ >= move_at_ && !is_long_) {
        move_at_ = pages_ + (pages_ < kUrgentLog ? kMovedPages : kUrgentPages);
        is_long_ = pages_ >= kLongLog;
        passes_ = 0;
        wake_mover();
    }
    if (is_long_) {
        start_afresh_once_moved();
    }
    if (pages_ >= alarm_at_) {
        alarm_at_ = 2 * pages_;
        log::warn("sql", "the log of the database grows",
                  {{"pages", pages_}, {"longReader", look().is_pinned}});
    }
}

void SqliteLog::note_length() {
    const std::lock_guard lock(mutex_);
    if (pages_ < length_) {  // it has been started afresh
        ++logs_;
        moved_ = 0;
        move_at_ = kMovedPages;
        patient_at_ = kPatientLog;
        alarm_at_ = kAlarmingLog;
        is_long_ = false;
    }
    length_ = pages_;
}

SqliteLog::State SqliteLog::look() {
    const std::lock_guard lock(mutex_);
    return {.is_moving = is_moving_, .is_pinned = is_pinned_, .backlog = length_ - moved_};
}

void SqliteLog::start_afresh_once_moved() {
    const auto state = look();
    if (state.is_moving) {
        return;
    }
    if (!state.is_pinned && state.backlog > kMovedPages && ++passes_ < kMostPasses) {
        wake_mover();
        return;
    }
    is_long_ = false;
    if (!state.is_pinned) {
        start_afresh();
    }
}

// Those who begin to read once all was moved read the database file, so only those under way are
// waited for, a moment and not at each commit. Who reads for seconds, an export say, holds no save:
// then the log is pinned, and grows. Short tries rather than a long one: SQLite waits for a place
// among the readers that had an old snapshot when it looked, and does not see that another reader,
// with the newest one, took it over.
void SqliteLog::start_afresh() {
    int tries = kTries;
    if (pages_ >= patient_at_) {
        patient_at_ = 2 * pages_;
        tries = kPatientTries;
    }
    bool is_done = false;
    for (; !is_done && tries > 0; --tries) {
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
    report_trouble(writer_, code);
    return code == SQLITE_OK;
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
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return is_wanted_; })) {
        is_wanted_ = false;
        if (length_ > moved_ && !is_broken_) {
            const int log = logs_;
            lock.unlock();
            const auto pass = move();
            lock.lock();
            note(pass, log);
        }
        is_moving_ = is_wanted_;
    }
}

SqliteLog::Pass SqliteLog::move() {
    Pass pass;
    const int code = sqlite3_wal_checkpoint_v2(mover_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               &pass.length, &pass.moved);
    report_trouble(mover_.get(), code);
    pass.is_done = code == SQLITE_OK;
    pass.is_synced = sync();
    return pass;
}

// SQLite does it only when all of the log was moved, which hardly happens while commits go on: the
// writer would be kept by the sync of all of it when the log starts afresh. Never through a file of
// our own: closing it would let go of the locks that SQLite has on this one.
bool SqliteLog::sync() {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(mover_.get(), "main", SQLITE_FCNTL_FILE_POINTER,
                         static_cast<void*>(&file));
    return file != nullptr && file->pMethods != nullptr &&
           file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

void SqliteLog::note(const Pass& pass, int log) {
    const auto now = std::chrono::steady_clock::now();
    const bool is_stuck = log == logs_ && pass.moved < pass.length && pass.moved <= moved_;
    stuck_since_ = is_stuck ? stuck_since_.value_or(now) : std::optional<Instant>();
    is_pinned_ = !pass.is_done || !pass.is_synced || (is_stuck && now - *stuck_since_ >= kLongRead);
    if (!pass.is_synced) {
        is_broken_ = true;
        log::error("sql",
                   "the database file cannot be synced: its log keeps everything from here on; "
                   "look at the disk, then restart the server",
                   {});
    }
    if (log == logs_ && pass.is_done) {
        moved_ = pass.moved;
    }
}

}  // namespace tripos::sql
