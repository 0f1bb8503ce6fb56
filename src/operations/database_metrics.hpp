// SPDX-License-Identifier: MIT
#pragma once
// DatabaseMetrics: what the database has done, as counters: tripos_sql_reads_total, _writes_total,
// _long_writes_total, _commits_total, _statements_total; the gauges tripos_sql_log_bytes and
// _longest_write_seconds; and how long commits take, tripos_sql_commit_seconds.

#include <mutex>

#include "sql/database.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::operations {

/// Thread-safe. The database and the metrics outlive it. Made and ended while nothing is written.
class DatabaseMetrics {
  public:
    DatabaseMetrics(sql::Database& database, Metrics& metrics);
    ~DatabaseMetrics();
    DatabaseMetrics(const DatabaseMetrics&) = delete;
    DatabaseMetrics& operator=(const DatabaseMetrics&) = delete;

    /// Brings the counters up to date; before each rendering.
    void refresh();
    /// Shows the longest write since the last call, and begins anew.
    void take_longest_write();

  private:
    sql::Database& database_;
    Counter& reads_;
    Counter& writes_;
    Counter& long_writes_;
    Counter& commits_;
    Counter& statements_;
    Gauge& log_bytes_;
    Gauge& oldest_write_;
    Gauge& longest_write_;
    std::mutex mutex_;
    sql::DatabaseStats shown_;
};

}  // namespace tripos::operations
