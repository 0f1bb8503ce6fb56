// SPDX-License-Identifier: MIT
#pragma once
// The working part of Database: reader threads, one of them for bulk reads, and the writer lane,
// each with a connection of its own, over either engine's Driver.
//
// The lane takes the writes that wait, has them committed together, then answers. When one of them
// fails, they are run again, each in a savepoint. What has no answer then, because the transaction
// or the connection is lost, is run alone, so that one that brings the others down fails alone.

#include <mutex>
#include <stop_token>
#include <thread>

#include "async/thread_pool.hpp"
#include "sql/database.hpp"
#include "sql/detail/group_commit.hpp"
#include "sql/detail/job_queue.hpp"

namespace tripos::sql {

/// Thread-safe.
class Database::Impl {
  public:
    Impl(const DatabaseOptions& options, std::unique_ptr<Driver> driver);
    ~Impl();

    Engine engine() const { return driver_->engine(); }
    DatabaseStats stats() const;
    LaneFigures& figures() { return figures_; }
    GroupCommit& writer() { return *writer_; }
    void close();
    Task<> backup_to(std::string path);
    void post_read(std::unique_ptr<Job> job);
    void post_write(std::unique_ptr<Job> job) { post(writes_, std::move(job)); }

  private:
    using Jobs = std::vector<std::unique_ptr<Job>>;

    Link::Deadline deadline(const Job& job) const { return job.queued_at + options_.wait_limit; }
    static void post(JobQueue<Job>& queue, std::unique_ptr<Job> job);
    /// Fails and takes out the jobs that waited too long.
    void refuse_overdue(Jobs& jobs) const;

    void add_link(Access access);
    void read_loop(Link& link, JobQueue<Job>& jobs);
    void serve_read(Link& link, Job& job);
    /// Why the read should be tried again on a new connection, or nothing: it was answered.
    std::exception_ptr attempt_read(Connection& connection, Job& job);

    void write_loop(Link& link);
    std::chrono::nanoseconds oldest_write() const;  ///< as in DatabaseStats
    void note_waits(const Jobs& taken);
    void serve_group(Link& link, Jobs& group);
    void serve_alone(Link& link, std::unique_ptr<Job>& job);
    /// Runs the writes and answers those that have a verdict for good, which takes them away. The
    /// problem of one that is to be tried again, if there is any.
    std::exception_ptr attempt_writes(std::span<std::unique_ptr<Job>> jobs,
                                      GroupCommit::Savepoints savepoints);

    const DatabaseOptions options_;
    const std::unique_ptr<Driver> driver_;
    LaneFigures figures_;
    std::stop_source stop_;
    std::atomic<std::uint64_t> arrivals_ = 0;  ///< connections made again
    JobQueue<Job> reads_;
    JobQueue<Job> bulk_reads_;
    JobQueue<Job> writes_;
    ThreadPool backups_;
    std::vector<std::unique_ptr<Link>> links_;  ///< each used by one thread
    std::optional<GroupCommit> writer_;         ///< over the first of them
    std::mutex closing_;
    std::vector<std::thread> threads_;
};

}  // namespace tripos::sql
