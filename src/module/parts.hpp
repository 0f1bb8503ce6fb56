// SPDX-License-Identifier: MIT
#pragma once
// Parts: what every module is built from. References only; the composition root owns all of it and
// outlives every module.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <type_traits>
#include <vector>

#include "audit/knocks.hpp"
#include "cache/write_scope.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "http/message.hpp"
#include "sql/database.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/tracer.hpp"

namespace tripos {

/// What follows one transaction, named while it runs.
class Writes : public cache::WriteScope {
  public:
    using WriteScope::WriteScope;

    /// Done when the write is durable, before whoever asked for it goes on, and on their thread.
    void after_commit(std::function<void()> work) { after_.push_back(std::move(work)); }

  private:
    friend struct Parts;
    std::vector<std::function<void()>> after_;
};

/// Immutable; what it refers to is thread-safe.
struct Parts {
    sql::Database& database;
    cache::Cache& cache;
    const Clock& clock;  ///< by which people are judged (SiteClock): exams, sessions, codes
    const Clock& wall;   ///< of the machine: what other machines are told, and jobs of a queue
    Random& random;
    Metrics& metrics;
    boost::asio::io_context& background;  ///< of loops and workers; never of a request
    trace::Tracer* tracer = nullptr;      ///< null: nothing is recorded

    /// To the trail, in the transaction of the act.
    void record(sql::Session& session, const audit::Actor& actor, const audit::Entry& entry) const;
    void record_knock(sql::Session& session, const audit::Actor& actor,
                      const audit::Knock& knock) const;
    /// In a transaction of its own.
    Task<> record_knock(audit::Actor actor, audit::Knock knock) const;
    /// What is asked for, before it is done: of acts that leave nothing in SQL.
    Task<> record_request(audit::Actor actor, std::string action,
                          const http::Request& request) const;

    /// Runs `work(session, writes)` on the writer lane. What it named in `writes` is announced with
    /// its COMMIT, and has happened before this returns: values have ended in every cache. As
    /// Database::write otherwise; what stands behind `this` and what `work` borrows outlives the
    /// call.
    template <class Work>
    Task<std::invoke_result_t<Work&, sql::Session&, Writes&>> write(
        Work work, sql::Turn turn = sql::Turn::urgent) const;
};

template <class Work>
Task<std::invoke_result_t<Work&, sql::Session&, Writes&>> Parts::write(Work work,
                                                                       sql::Turn turn) const {
    Writes writes(cache);
    auto run = [&](sql::Session& session) {
        writes.after_.clear();  // of a run that was undone
        auto outcome = work(session, writes);
        if (!writes.is_empty()) {
            writes.announce();
        }
        return outcome;
    };
    auto outcome = co_await database.write(std::move(run), turn);
    for (const auto& follow : writes.after_) {
        follow();
    }
    if (!writes.is_empty()) {
        co_await writes.committed();
    }
    co_return outcome;
}

}  // namespace tripos
