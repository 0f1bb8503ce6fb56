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
#include <optional>
#include <string>
#include <type_traits>
#include <variant>

#include "async/completion.hpp"
#include "sql/session.hpp"
#include "sql/statement_figures.hpp"
#include "telemetry/span.hpp"

namespace tripos::sql {

/// How long one write may keep the lane. What takes longer is counted as a fault.
inline constexpr std::chrono::milliseconds kWriteLimit{20};

/// When a write gets the lane, and which readers do a read.
enum class Turn {
    urgent,  ///< in the order of arrival: somebody waits for it
    /// A write: when nothing urgent waits, or after DatabaseOptions::bulk_patience. A read: one at
    /// a time, on a connection of its own and a patient thread, so that what looks at every row of
    /// a table takes neither a reader nor a core from those who wait.
    bulk,
};

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

/// Thread-safe. Owned by the composition root; outlives every service. Cancellation: awaiting a
/// read or write cannot be cancelled; the wait limit bounds it.
class Database {
  public:
    virtual ~Database() = default;

    /// Opens and connects. Throws DatabaseUnavailable if that is impossible now, SystemError if it
    /// never will be.
    static std::unique_ptr<Database> open(const DatabaseOptions& options);

    virtual Engine engine() const = 0;
    virtual DatabaseStats stats() const = 0;
    /// The longest that one write has kept the lane since the last call, its commit not counted.
    virtual std::chrono::nanoseconds take_longest_write() = 0;
    /// How long statements take, since the start; at most `most`, those with the slowest run first.
    virtual std::vector<StatementFigure> slowest_statements(std::size_t most) const = 0;
    /// Answers "is it there": runs SELECT 1 on a reader; throws if not.
    virtual Task<> ping() = 0;
    /// From now on `work` is done at the end of each transaction of writes, on the lane's thread,
    /// and committed with it: once for a group. Requires: no write is under way.
    virtual void before_commit(std::function<void(Session&)> work) = 0;
    /// From now on `told` hears how long each commit took, on the lane's thread; null: nobody does.
    /// Must neither block nor throw. Requires: no write is under way.
    virtual void watch_commits(std::function<void(std::chrono::nanoseconds took)> told) = 0;
    /// Finishes waiting writes and closes. Later calls are refused.
    virtual void close() = 0;
    /// Copies the live database to `path` (SQLite: online backup, consistent, writers go on).
    /// Result on a worker thread. PostgreSQL: throws SystemError that names pg_dump.
    virtual Task<> backup_to(std::string path) = 0;

    /// Runs `work(Session&)` on a reader in a read-only transaction and resumes with its result.
    template <class Work>
    Task<std::invoke_result_t<Work&, Session&>> read(Work work, Turn turn = Turn::urgent) {
        return submit(turn == Turn::bulk ? Lane::bulk_reader : Lane::reader, std::move(work));
    }

    /// Runs `work(Session&)` on the writer lane and resumes with its result once it is durable.
    template <class Work>
    Task<std::invoke_result_t<Work&, Session&>> write(Work work, Turn turn = Turn::urgent) {
        return submit(turn == Turn::bulk ? Lane::bulk_writer : Lane::writer, std::move(work));
    }

    /// The same for threads that run no event loop. `done` gets the problem, or null once the write
    /// is durable; it runs on the lane's thread and must neither block nor throw. These writes are
    /// urgent and done in the order of the calls.
    void post_write(std::function<void(Session&)> work,
                    std::function<void(std::exception_ptr)> done);

  protected:
    enum class Lane { reader, bulk_reader, writer, bulk_writer };

    /// One unit of work. run() fills the result; exactly one of succeed() and fail() follows.
    class Job {
      public:
        virtual ~Job() = default;
        virtual void run(Session& session) = 0;
        virtual void succeed() = 0;
        virtual void fail(std::exception_ptr problem) = 0;
        std::chrono::steady_clock::time_point queued_at = std::chrono::steady_clock::now();
        Turn turn = Turn::urgent;
        CommitHooks hooks;         ///< of its last run
        trace::Position position;  ///< what it does is recorded there
    };

    virtual void enqueue(Lane lane, std::unique_ptr<Job> job) = 0;

  private:
    template <class Work, class T>
    class JobOf;
    class PostedJob;

    template <class Work>
    Task<std::invoke_result_t<Work&, Session&>> submit(Lane lane, Work work);
};

}  // namespace tripos::sql

#include "sql/detail/database_submit.hpp"
