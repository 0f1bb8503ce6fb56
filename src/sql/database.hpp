// SPDX-License-Identifier: MIT
#pragma once
// Database: SQLite or PostgreSQL behind one face. Reads run on reader connections, writes on the
// writer lane.
//
// The lane runs the waiting writes as savepoints of one transaction, commits once, and answers each
// only after that commit is durable (group commit). A write is one function that runs wholly on the
// lane's thread: returning commits what it did, throwing undoes just its own changes and rethrows
// to the caller. Because of a lost connection a write may run twice (never commit twice): keep it
// free of side effects outside the database. Reads see every write answered before they began.
// Bounds: a fixed number of waiting reads and writes, and a time limit for each; beyond them
// Overloaded is thrown.
//
// There is one lane for all, so no write may keep it for longer than kWriteLimit. What is longer
// goes in pages (sql/page_size.hpp; src/work keeps their progress), each a write of Turn::bulk: it
// runs by itself and lets whatever is urgent go first.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/detail/job.hpp"
#include "sql/statement_figures.hpp"

namespace tripos::sql {

/// How long one write may keep the lane. What takes longer is counted as a fault.
inline constexpr std::chrono::milliseconds kWriteLimit{20};

struct DatabaseOptions {
    /// "sqlite:<path>" or "postgres://user:password@host:port/database?sslmode=..." (libpq's URI).
    std::string url;
    std::size_t readers = 2;           ///< reader connections; one more is for bulk reads
    std::size_t queue_limit = 10'000;  ///< waiting reads, and waiting writes
    std::size_t group_limit = 256;     ///< writes per commit
    std::chrono::milliseconds wait_limit{
        10'000};  ///< a read or write that waited longer is refused
    /// Of the head of the bulk writes: then it gets one turn, and the next no sooner than after the
    /// same time again. So bulk work goes on, and leaves most of the lane to what is urgent.
    std::chrono::milliseconds bulk_patience{100};
    /// In an outage reads and writes wait so long after the loss; later ones are refused at once.
    std::chrono::milliseconds outage_patience{5'000};
    std::chrono::milliseconds statement_timeout{5'000};
    std::chrono::milliseconds lock_timeout{2'000};  ///< PostgreSQL: waiting for another's lock
};

/// What the database does, for metrics and tests.
struct DatabaseStats {
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
    std::uint64_t long_writes = 0;  ///< of those, how many kept the lane beyond kWriteLimit
    std::uint64_t commits = 0;
    std::uint64_t statements = 0;
    std::uint64_t log_bytes = 0;  ///< of SQLite's write-ahead log, now
    /// Of the urgent writes that the lane has taken: how many, and how long they had waited for it
    /// altogether.
    std::uint64_t urgent_writes = 0;
    std::chrono::nanoseconds urgent_wait{};
    /// For how long the oldest of the writes that the lane has in hand has waited for its answer,
    /// in the line and with the lane; 0: it has none. Far beyond the wait limit the lane hangs.
    std::chrono::nanoseconds oldest_write{};
};

class Driver;

/// Thread-safe. Owned by the composition root; outlives every service. Cancellation: awaiting a
/// read or write cannot be cancelled; the wait limit bounds it.
class Database {
  public:
    /// Opens and connects. Throws DatabaseUnavailable if that is impossible now, SystemError if it
    /// never will be.
    static std::unique_ptr<Database> open(const DatabaseOptions& options);

    /// Over any engine that can be driven. Throws like open().
    Database(const DatabaseOptions& options, std::unique_ptr<Driver> driver);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Engine engine() const;
    DatabaseStats stats() const;
    /// The longest that one write has kept the lane since the last call, its commit not counted.
    std::chrono::nanoseconds take_longest_write();
    /// How long statements take, since the start; at most `most`, those with the slowest run first.
    std::vector<StatementFigure> slowest_statements(std::size_t most) const;
    /// Answers "is it there": runs SELECT 1 on a reader; throws if not.
    Task<> ping();
    /// From now on `work` is done at the end of each transaction of writes, on the lane's thread,
    /// and committed with it: once for a group. Requires: no write is under way.
    void before_commit(std::function<void(Session&)> work);
    /// From now on `told` hears how long each commit took, on the lane's thread; null: nobody does.
    /// Must neither block nor throw. Requires: no write is under way.
    void watch_commits(std::function<void(std::chrono::nanoseconds took)> told);
    /// Finishes waiting writes and closes. Later calls are refused.
    void close();
    /// Copies the live database to `path` (SQLite: online backup, consistent, writers go on).
    /// Result on a worker thread. PostgreSQL: throws SystemError that names pg_dump.
    Task<> backup_to(std::string path);

    /// Runs `work(Session&)` on a reader in a read-only transaction and resumes with its result.
    template <class Work>
    Task<ResultOf<Work>> read(Work work, Turn turn = Turn::urgent) {
        return submit("database read", &Database::post_read_job, std::move(work), turn);
    }

    /// Runs `work(Session&)` on the writer lane and resumes with its result once it is durable.
    template <class Work>
    Task<ResultOf<Work>> write(Work work, Turn turn = Turn::urgent) {
        return submit("database write", &Database::post_write_job, std::move(work), turn);
    }

    /// The same for threads that run no event loop. `done` gets the problem, or null once the write
    /// is durable; it runs on the lane's thread and must neither block nor throw. These writes are
    /// urgent and done in the order of the calls.
    void post_write(std::function<void(Session&)> work,
                    std::function<void(std::exception_ptr)> done);

  private:
    class Impl;

    void post_read_job(std::unique_ptr<Job> job);
    void post_write_job(std::unique_ptr<Job> job);

    template <class Work>
    Task<ResultOf<Work>> submit(std::string_view name, void (Database::*post)(std::unique_ptr<Job>),
                                Work work, Turn turn) {
        // From the line to the answer, durable then: its statements are within.
        const trace::Span span(name, trace::Kind::internal);
        auto start = [this, post, turn, position = span.position(),
                      w = std::move(work)](Completion<SlotOf<Work>> completion) mutable {
            auto job = std::make_unique<AwaitedJob<Work>>(std::move(w), std::move(completion));
            job->turn = turn;
            job->position = position;
            (this->*post)(std::move(job));
        };
        if constexpr (std::is_void_v<ResultOf<Work>>) {
            co_await suspend<SlotOf<Work>>(std::move(start));
        } else {
            co_return co_await suspend<SlotOf<Work>>(std::move(start));
        }
    }

    const std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::sql
