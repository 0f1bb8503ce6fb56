// SPDX-License-Identifier: MIT
#pragma once
// GuardedSession: the Session that a read or write gets. It counts and times statements, and it
// makes both engines behave alike after a failed statement: nothing more can be run, and what the
// write did is undone even if it caught the exception.

#include <chrono>
#include <span>

#include "sql/detail/connection.hpp"
#include "sql/detail/lane_figures.hpp"
#include "sql/detail/statement_span.hpp"

namespace tripos::sql {

class GuardedSession final : public Session {
  public:
    GuardedSession(Connection& connection, LaneFigures& figures)
        : connection_(connection), figures_(figures) {}

    Engine engine() const override { return connection_.engine(); }

    std::vector<Row> run(std::string_view statement, std::span<const Value> parameters) override {
        if (failed_) {
            throw SystemError("sql", "an earlier statement of this transaction failed");
        }
        figures_.statements.fetch_add(1, std::memory_order_relaxed);
        failed_ = true;
        const auto begun = std::chrono::steady_clock::now();
        StatementSpan span(engine(), statement);
        auto rows = connection_.run(statement, parameters);
        span.done();
        failed_ = false;
        if (!is_upkeep_) {
            figures_.texts.note(statement, std::chrono::steady_clock::now() - begun);
        }
        return rows;
    }

    void on_commit(const void* who, std::function<void()> work) override {
        hooks_.emplace(who, std::move(work));
    }
    CommitHooks take_hooks() { return std::move(hooks_); }

    std::int64_t affected() const override { return connection_.affected(); }

    /// What may take so long is not told among the slowest, which nobody waited for.
    void set_statement_limit(std::chrono::milliseconds limit) override {
        is_upkeep_ = true;
        connection_.set_statement_limit(limit);
    }

    bool failed() const { return failed_; }

  private:
    Connection& connection_;
    LaneFigures& figures_;
    bool failed_ = false;
    bool is_upkeep_ = false;
    CommitHooks hooks_;
};

}  // namespace tripos::sql
