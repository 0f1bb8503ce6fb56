// SPDX-License-Identifier: MIT
#pragma once
// ThreadedDatabase: the one implementation of Database. Reader threads, one of them for bulk reads,
// and the writer lane, each with a connection of its own, over either engine's Driver.
//
// Group commit: the lane takes the writes that wait, runs them in one transaction, commits, then
// answers. When one of them fails, they are run again, each in a savepoint. What has no answer
// then, because the transaction or the connection is lost, is run alone, so that one that brings
// the others down fails alone. When a commit gets no answer, the server is asked what became of it;
// nothing is repeated unless it says that nothing happened.

#include <atomic>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "async/thread_pool.hpp"
#include "sql/database.hpp"
#include "sql/detail/connection.hpp"
#include "sql/detail/job_queue.hpp"
#include "sql/detail/link.hpp"

namespace tripos::sql {

/// Thread-safe.
class ThreadedDatabase final : public Database {
  public:
    ThreadedDatabase(DatabaseOptions options, std::unique_ptr<Driver> driver);
    ~ThreadedDatabase() override;

    Engine engine() const override { return driver_->engine(); }
    DatabaseStats stats() const override;
    std::chrono::nanoseconds take_longest_write() override;
    std::vector<StatementFigure> slowest_statements(std::size_t most) const override;
    Task<> ping() override;
    void before_commit(std::function<void(Session&)> work) override;
    void watch_commits(std::function<void(std::chrono::nanoseconds took)> told) override;
    void close() override;
    Task<> backup_to(std::string path) override;

  protected:
    void enqueue(Lane lane, std::unique_ptr<Job> job) override;

  private:
    using Jobs = std::span<std::unique_ptr<Job>>;
    using Problems = std::vector<std::exception_ptr>;
    enum class Savepoints { none, each };

    struct Counters {
        std::atomic<std::uint64_t> reads = 0;
        std::atomic<std::uint64_t> writes = 0;
        std::atomic<std::uint64_t> long_writes = 0;
        std::atomic<std::int64_t> longest_write = 0;  ///< nanoseconds
        std::atomic<std::uint64_t> commits = 0;
        std::atomic<std::uint64_t> statements = 0;
        std::atomic<std::uint64_t> urgent_writes = 0;
        std::atomic<std::int64_t> urgent_wait = 0;  ///< nanoseconds
        /// When the oldest write that the lane has in hand was queued; 0: there is none.
        std::atomic<std::chrono::steady_clock::rep> oldest_write = 0;
    };

    Link::Deadline deadline(const Job& job) const { return job.queued_at + options_.wait_limit; }
    /// Fails and takes out the jobs that waited too long.
    void refuse_overdue(std::vector<std::unique_ptr<Job>>& jobs) const;

    void add_link(Access access);
    void read_loop(Link& link, JobQueue<Job>& jobs);
    void serve_read(Link& link, Job& job);
    /// Why the read should be tried again on a new connection, or nothing: it was answered.
    std::exception_ptr attempt_read(Connection& connection, Job& job);

    void write_loop(Link& link);
    std::chrono::nanoseconds oldest_write() const;  ///< as in DatabaseStats
    void serve_group(Link& link, std::vector<std::unique_ptr<Job>>& group);
    void serve_alone(Link& link, std::unique_ptr<Job>& job);
    /// Runs, commits and answers the writes, and takes those out of the group; or says why the rest
    /// had no effect and should be tried again.
    std::exception_ptr attempt_writes(Link& link, Jobs group, Savepoints savepoints);
    void note_length(std::chrono::nanoseconds took);
    void note_waits(std::span<const std::unique_ptr<Job>> taken);
    /// Runs one write; false if its changes were undone. `problem` is what it threw.
    bool run_write(Connection& connection, Job& job, Savepoints savepoints,
                   std::exception_ptr& problem);
    void commit(Connection& connection);
    /// As attempt_writes().
    std::exception_ptr commit_and_answer(Link& link, Connection& connection, Jobs group,
                                         Problems& problems);
    /// Answers all but those that collided with a row they could not have seen: of another process,
    /// committed after they had looked; run again they see it. And those of a group that wait for
    /// another process: what they hold meanwhile, that one may wait for, and everybody with them.
    std::exception_ptr answer(Jobs group, const Problems& problems);
    /// Asks a new connection what became of a transaction whose COMMIT got no answer.
    Fate find_out(Link& link, const std::string& transaction, Link::Deadline deadline);

    const DatabaseOptions options_;
    const std::unique_ptr<Driver> driver_;
    Counters counters_;
    StatementFigures figures_;
    std::function<void(Session&)> before_commit_;                    ///< empty: nothing
    std::function<void(std::chrono::nanoseconds)> told_of_commits_;  ///< empty: nobody
    std::stop_source stop_;
    std::atomic<std::uint64_t> arrivals_ = 0;  ///< connections made again
    JobQueue<Job> reads_;
    JobQueue<Job> bulk_reads_;
    JobQueue<Job> writes_;
    ThreadPool backups_;
    std::vector<std::unique_ptr<Link>> links_;  ///< each used by one thread
    std::mutex closing_;
    std::vector<std::thread> threads_;
};

}  // namespace tripos::sql
