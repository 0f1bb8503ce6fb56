// SPDX-License-Identifier: MIT
#include "operations/database_metrics.hpp"

namespace tripos::operations {

DatabaseMetrics::DatabaseMetrics(const sql::Database& database, Metrics& metrics)
    : database_(database),
      reads_(metrics.counter("tripos_sql_reads_total", "Units of reading work done")),
      writes_(metrics.counter("tripos_sql_writes_total", "Units of writing work done")),
      commits_(metrics.counter("tripos_sql_commits_total", "Commits, each of several writes")),
      statements_(metrics.counter("tripos_sql_statements_total", "Statements of all of them")),
      log_bytes_(metrics.gauge("tripos_sql_log_bytes", "SQLite's write-ahead log")) {}

void DatabaseMetrics::refresh() {
    const std::lock_guard lock(mutex_);
    const sql::DatabaseStats now = database_.stats();
    reads_.add(static_cast<double>(now.reads - shown_.reads));
    writes_.add(static_cast<double>(now.writes - shown_.writes));
    commits_.add(static_cast<double>(now.commits - shown_.commits));
    statements_.add(static_cast<double>(now.statements - shown_.statements));
    log_bytes_.set(static_cast<double>(now.log_bytes));
    shown_ = now;
}

}  // namespace tripos::operations
