// SPDX-License-Identifier: MIT
#pragma once
// SqliteLog: keeps the write-ahead log of a SQLite file short, and the writer free.
//
// Each time the log has grown by 1,000 pages of 4 KB, a thread with a connection of its own moves
// it into the database file (SQLITE_CHECKPOINT_PASSIVE, which waits for nobody and holds up
// nobody). It starts afresh by itself when all of it was moved and nobody reads from it; readers
// that never rest all at once keep it from that. So from 8,000 pages (32 MB) on the writer waits
// for those who are under way, at most 20 ms, at each 1,000 pages, and at each 250 beyond 16,000;
// 200 ms once each time the log has doubled beyond 32,000. While somebody reads for longer than
// that it grows; nobody waits for that. The file keeps its length, up to 64 MB: to write over what
// is there is cheaper than to make it longer again.
//
// The thread never begins when all was moved already: with a writer that starts the log afresh in
// the midst of that, SQLite before 3.51.3 could lose a commit
// (https://www.sqlite.org/wal.html#walresetbug).
//
// https://www.sqlite.org/wal.html, https://www.sqlite.org/c3ref/wal_checkpoint_v2.html

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "sql/detail/sqlite/sqlite_handle.hpp"

namespace tripos::sql {

/// Confined to the thread of the writer.
class SqliteLog {
  public:
    /// `writer`, of a file, outlives it, and leaves the log alone otherwise.
    explicit SqliteLog(sqlite3* writer);
    /// Moves what is left, unless another process is in the way: the next start finds everything
    /// in the log either way.
    ~SqliteLog();
    SqliteLog(const SqliteLog&) = delete;
    SqliteLog& operator=(const SqliteLog&) = delete;

    /// Call it when the commit has been answered.
    void after_commit();

  private:
    using Instant = std::chrono::steady_clock::time_point;
    struct State {
        bool is_moving = false;
        bool is_pinned = false;
        int backlog = 0;  ///< pages that are not in the database file yet
    };
    struct Pass {
        bool is_done = false;
        bool is_synced = false;
        int length = 0;  ///< of the log, in pages
        int moved = 0;   ///< of those, now or before
    };

    void note_length();
    State look();
    void start_afresh_once_moved();
    void start_afresh();
    /// Waits a moment for readers under way. False: it did not help.
    bool try_to_start_afresh();
    void wake_mover();

    void move_when_woken(const std::stop_token& stop);
    Pass move();
    bool sync();
    void note(const Pass& pass, int log);

    sqlite3* const writer_;
    int pages_ = 0;         ///< length of the log after the last commit
    int move_at_;           ///< length at which to move it into the database file
    int patient_at_;        ///< length at which readers are waited for longer, once
    int alarm_at_;          ///< length at which somebody is to hear of it
    bool is_long_ = false;  ///< it is to start afresh as soon as the mover is done
    int passes_ = 0;        ///< of the mover, for that

    SqliteHandle mover_;  ///< of the thread
    std::mutex mutex_;    ///< of what follows
    std::condition_variable_any wake_;
    bool is_wanted_ = false;
    bool is_moving_ = false;
    std::optional<Instant> stuck_since_;  ///< since when no pass of the mover moved anything
    bool is_pinned_ = false;              ///< somebody has read for long, and needs what is old
    bool is_broken_ = false;  ///< the file cannot be written: the log keeps all from here on
    int length_ = 0;          ///< of the log, as the writer knows it
    int moved_ = 0;           ///< so much of it is in the database file
    int logs_ = 0;            ///< how often the log has been started afresh
    std::jthread thread_;
};

}  // namespace tripos::sql
