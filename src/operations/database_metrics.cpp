// SPDX-License-Identifier: MIT
#include "operations/database_metrics.hpp"

namespace tripos::operations {

namespace {

/// A good disk takes a millisecond; from a quarter of a second on candidates wait.
const std::vector<double> kCommitBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                        0.05,   0.1,   0.25,   0.5,   1,    5};

}  // namespace

DatabaseMetrics::DatabaseMetrics(sql::Database& database, Metrics& metrics)
    : database_(database),
      reads_(metrics.counter("tripos_sql_reads_total", "Units of reading work done")),
      writes_(metrics.counter("tripos_sql_writes_total", "Units of writing work done")),
      long_writes_(
          metrics.counter("tripos_sql_long_writes_total",
                          "What kept the lane longer than 20 ms, writes and the care of SQLite's "
                          "log: there should be none")),
      commits_(metrics.counter("tripos_sql_commits_total", "Commits, each of several writes")),
      statements_(metrics.counter("tripos_sql_statements_total", "Statements of all of them")),
      log_bytes_(metrics.gauge("tripos_sql_log_bytes", "SQLite's write-ahead log")),
      oldest_write_(metrics.gauge("tripos_sql_oldest_write_seconds",
                                  "How long the oldest write in hand has waited for its answer")),
      longest_write_(metrics.gauge("tripos_sql_longest_write_seconds",
                                   "The longest write since these figures were asked for before")) {
    auto& commits = metrics.histogram("tripos_sql_commit_seconds", "Time until a commit is durable",
                                      {}, kCommitBounds);
    database_.watch_commits([&commits](std::chrono::nanoseconds took) {
        commits.observe(std::chrono::duration<double>(took).count());
    });
}

DatabaseMetrics::~DatabaseMetrics() {
    database_.watch_commits(nullptr);
}

void DatabaseMetrics::refresh() {
    const std::lock_guard lock(mutex_);
    const sql::DatabaseStats now = database_.stats();
    reads_.add(static_cast<double>(now.reads - shown_.reads));
    writes_.add(static_cast<double>(now.writes - shown_.writes));
    long_writes_.add(static_cast<double>(now.long_writes - shown_.long_writes));
    commits_.add(static_cast<double>(now.commits - shown_.commits));
    statements_.add(static_cast<double>(now.statements - shown_.statements));
    log_bytes_.set(static_cast<double>(now.log_bytes));
    oldest_write_.set(std::chrono::duration<double>(now.oldest_write).count());
    shown_ = now;
}

void DatabaseMetrics::take_longest_write() {
    const std::lock_guard lock(mutex_);
    longest_write_.set(std::chrono::duration<double>(database_.take_longest_write()).count());
}

}  // namespace tripos::operations
