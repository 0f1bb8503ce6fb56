// SPDX-License-Identifier: MIT
#pragma once
// InvalidationLog: keeps what this server's writes have yet to invalidate (cache::Pending) in a row
// of the database, written by each transaction just before its COMMIT, once for a whole group of
// writes; and repeats what stands too long in the rows: its own, of a server that was killed
// between COMMIT and invalidation, or of one that cannot reach Redis.

#include <map>
#include <string>
#include <vector>

#include "async/task_group.hpp"
#include "cache/outbox.hpp"
#include "module/module.hpp"
#include "module/parts.hpp"

namespace tripos::app {

/// Confined to its context, except the constructor.
class InvalidationLog final : public cache::Outbox, public Module {
  public:
    /// All outlive it. Before the first write of the database.
    explicit InvalidationLog(const Parts& parts);

    ~InvalidationLog() override;
    InvalidationLog(const InvalidationLog&) = delete;
    InvalidationLog& operator=(const InvalidationLog&) = delete;

    static std::vector<sql::Migration> migrations();
    /// Repeats what is in any row, then goes on in the background.
    Task<> start() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    /// Rows of others that have stood since the last round.
    Task<std::vector<cache::OutboxRow>> oldest(std::size_t limit) override;
    Task<> remove(std::vector<std::int64_t> ids) override;

  private:
    /// A row as it was found: the first and the last announcement in it.
    struct Seen {
        std::int64_t oldest = 0;
        std::int64_t newest = 0;
    };

    void write_row(sql::Session& session) const;
    Task<> keep_on();
    Task<> repeat_own();
    Task<> look_at_rows();

    sql::Database& database_;
    cache::Cache& cache_;
    const std::int64_t id_;  ///< of this server's row; another at each start
    bool takes_all_ = true;  ///< in the first round
    std::map<std::int64_t, Seen> seen_;
    std::vector<cache::OutboxRow> due_;
    TaskGroup group_;
};

}  // namespace tripos::app
