// SPDX-License-Identifier: MIT
#include "sql/detail/group_commit.hpp"

#include "sql/database.hpp"
#include "sql/detail/guarded_session.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

const char* word(Fate fate) {
    return fate == Fate::committed ? "yes" : fate == Fate::rolled_back ? "no" : "unknown";
}

template <class Problem>
bool is_a(const std::exception_ptr& problem) {
    if (!problem) {
        return false;
    }
    try {
        std::rethrow_exception(problem);
    } catch (const Problem&) {
        return true;
    } catch (...) {
        return false;
    }
}

std::exception_ptr transaction_lost() {
    return std::make_exception_ptr(DatabaseUnavailable("the transaction was lost"));
}

GroupCommit::Verdicts all_again(std::size_t count, const std::exception_ptr& why) {
    return GroupCommit::Verdicts(count, {.is_again = true, .problem = why});
}

}  // namespace

GroupCommit::Verdicts GroupCommit::run(Jobs jobs, Savepoints savepoints, Link::Deadline deadline) {
    auto& connection = link_.require(deadline);
    Verdicts verdicts(jobs.size());
    bool changed = false;
    std::exception_ptr lost;
    try {
        connection.begin();
        if (jobs.size() > 1) {
            connection.wait_a_moment_only();
        }
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            const bool kept = run_one(connection, *jobs[i], savepoints, verdicts[i].problem);
            changed = changed || kept;
            // What one has left half done, the others must not commit.
            const bool spoilt = !kept && savepoints == Savepoints::none && jobs.size() > 1;
            if (spoilt || connection.trouble() != Trouble::none) {
                lost = verdicts[i].problem ? verdicts[i].problem : transaction_lost();
                break;
            }
        }
        if (changed && !lost && before_commit_) {
            GuardedSession session(connection, figures_);
            before_commit_(session);
        }
    } catch (...) {
        lost = std::current_exception();
    }
    if (lost) {
        connection.rollback();
        return all_again(jobs.size(), lost);
    }
    if (changed) {
        return commit_all(connection, std::move(verdicts), deadline);
    }
    connection.rollback();
    return with_collisions(std::move(verdicts), connection.engine());
}

void GroupCommit::tidy() {
    if (!is_untidy_ || link_.lost()) {
        return;
    }
    is_untidy_ = false;
    const auto begin = std::chrono::steady_clock::now();
    link_.require(begin).after_commit();
    note_length(std::chrono::steady_clock::now() - begin);
}

bool GroupCommit::run_one(Connection& connection, Job& job, Savepoints savepoints,
                          std::exception_ptr& problem) {
    const trace::Scope scope(job.position);
    GuardedSession session(connection, figures_);
    const auto begin = std::chrono::steady_clock::now();
    if (savepoints == Savepoints::each) {
        connection.savepoint();
    }
    try {
        job.run(session);
    } catch (...) {
        problem = std::current_exception();
    }
    const bool keep = !problem && !session.failed();
    job.hooks = session.take_hooks();
    if (savepoints == Savepoints::each && connection.trouble() == Trouble::none) {
        keep ? connection.release() : connection.rollback_to_savepoint();
    }
    note_length(std::chrono::steady_clock::now() - begin);
    return keep;
}

void GroupCommit::note_length(std::chrono::nanoseconds took) {
    if (took > kWriteLimit) {
        ++figures_.long_writes;
    }
    // Only this thread raises it: a look in between at worst keeps an older one for the next.
    if (took.count() > figures_.longest_write) {
        figures_.longest_write = took.count();
    }
}

void GroupCommit::commit(Connection& connection) {
    const auto begin = std::chrono::steady_clock::now();
    connection.commit();
    ++figures_.commits;
    if (told_of_commits_) {
        told_of_commits_(std::chrono::steady_clock::now() - begin);
    }
}

GroupCommit::Verdicts GroupCommit::commit_all(Connection& connection, Verdicts verdicts,
                                              Link::Deadline deadline) {
    const auto engine = connection.engine();
    std::exception_ptr lost;
    std::string doubtful;
    try {
        commit(connection);
    } catch (const std::exception& failure) {
        log::error("sql", "commit failed", {{"what", failure.what()}});
        lost = std::make_exception_ptr(DatabaseUnavailable("the commit failed"));
        doubtful = connection.doubtful_transaction();
        connection.rollback();
    }
    is_untidy_ = !lost;
    if (!doubtful.empty()) {  // from here on `connection` is no more
        switch (find_out(doubtful, deadline)) {
            case Fate::committed:
                lost = nullptr;
                ++figures_.commits;
                break;
            case Fate::rolled_back:
                return all_again(verdicts.size(), transaction_lost());
            case Fate::undecided:
            case Fate::unknown:
                lost = std::make_exception_ptr(DatabaseUnavailable(
                    "the connection broke during the commit, which may have taken effect"));
        }
    }
    for (auto& verdict : verdicts) {
        verdict.problem = verdict.problem ? verdict.problem : lost;
    }
    return with_collisions(std::move(verdicts), engine);
}

GroupCommit::Verdicts GroupCommit::with_collisions(Verdicts verdicts, Engine engine) const {
    if (engine != Engine::postgres) {  // nobody else writes
        return verdicts;
    }
    for (auto& [is_again, problem] : verdicts) {
        is_again =
            is_a<ConstraintViolation>(problem) || (verdicts.size() > 1 && is_a<LockTaken>(problem));
    }
    return verdicts;
}

Fate GroupCommit::find_out(const std::string& transaction, Link::Deadline deadline) {
    auto fate = Fate::undecided;
    auto delays = link_.retry_delays();
    do {
        try {
            fate = link_.require(deadline).fate_of(transaction);
        } catch (const std::exception&) {
            // Of any kind: passed on, it would have the writes done again.
            if (!link_.lost()) {
                return Fate::unknown;  // it answers, and not to this
            }
        }
    } while (fate == Fate::undecided && std::chrono::steady_clock::now() < deadline &&
             link_.pause(delays.next(), deadline));
    log::warn("sql", "a commit without an answer",
              {{"transaction", transaction}, {"tookEffect", word(fate)}});
    return fate;
}

}  // namespace tripos::sql
