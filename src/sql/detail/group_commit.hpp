// SPDX-License-Identifier: MIT
#pragma once
// GroupCommit: runs several writes in one transaction over a Link, and says of each what became of
// it. Answers nobody.
//
// When a commit gets no answer, the server is asked what became of it; nothing is to be repeated
// unless it says that nothing happened.

#include <memory>
#include <span>
#include <vector>

#include "sql/detail/job.hpp"
#include "sql/detail/lane_figures.hpp"
#include "sql/detail/link.hpp"

namespace tripos::sql {

/// What became of one write.
struct Verdict {
    /// It had no effect and may be run again.
    bool is_again = false;
    /// Why; null: it is durable.
    std::exception_ptr problem;
};

/// Confined to the lane's thread.
class GroupCommit {
  public:
    using Jobs = std::span<const std::unique_ptr<Job>>;
    using Verdicts = std::vector<Verdict>;
    enum class Savepoints {
        none,  ///< what one has left half done spoils it for all
        each,
    };

    /// Both outlive it.
    GroupCommit(Link& link, LaneFigures& figures) : link_(link), figures_(figures) {}

    /// As those of Database.
    void before_commit(std::function<void(Session&)> work) { before_commit_ = std::move(work); }
    void watch_commits(std::function<void(std::chrono::nanoseconds)> told) {
        told_of_commits_ = std::move(told);
    }

    /// One verdict for each. Throws when there is no connection until the deadline; nothing has
    /// happened then.
    Verdicts run(Jobs jobs, Savepoints savepoints, Link::Deadline deadline);
    /// Housekeeping, once the answers of a run are out.
    void tidy();

  private:
    /// Runs one write; false if its changes were undone. `problem` is what it threw.
    bool run_one(Connection& connection, Job& job, Savepoints savepoints,
                 std::exception_ptr& problem);
    void note_length(std::chrono::nanoseconds took);
    void commit(Connection& connection);
    Verdicts commit_all(Connection& connection, Verdicts verdicts, Link::Deadline deadline);
    /// Those are to be run again that collided with a row they could not have seen: of another
    /// process, committed after they had looked; run again they see it. And those of a group that
    /// wait for another process: what they hold meanwhile, that one may wait for, and everybody
    /// with them.
    Verdicts with_collisions(Verdicts verdicts, Engine engine) const;
    /// Asks a new connection what became of a transaction whose COMMIT got no answer.
    Fate find_out(const std::string& transaction, Link::Deadline deadline);

    Link& link_;
    LaneFigures& figures_;
    std::function<void(Session&)> before_commit_;                    ///< empty: nothing
    std::function<void(std::chrono::nanoseconds)> told_of_commits_;  ///< empty: nobody
    bool is_untidy_ = false;                                         ///< since the last commit
};

}  // namespace tripos::sql
