// SPDX-License-Identifier: MIT
#include "sql/detail/threaded_database.hpp"

#include "async/this_thread.hpp"
#include "sql/detail/guarded_session.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

/// Attempts of one read or write when connections or transactions get lost.
constexpr int kAttempts = 3;

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

}  // namespace

ThreadedDatabase::ThreadedDatabase(DatabaseOptions options, std::unique_ptr<Driver> driver)
    : options_(std::move(options)),
      driver_(std::move(driver)),
      reads_(options_.queue_limit),
      bulk_reads_(options_.queue_limit),
      writes_(options_.queue_limit, options_.bulk_patience),
      backups_({.name = "sql backup", .threads = 1, .queue_limit = 1}) {
    // The writer first: it creates the database. All connect before any thread starts, so that a
    // failure just throws.
    add_link(Access::write);
    for (std::size_t i = 0; i < options_.readers + 1; ++i) {
        add_link(Access::read);
    }
    threads_.emplace_back([this, link = links_.front().get()] {
        introduce_thread("sql writer");
        write_loop(*link);
    });
    for (std::size_t i = 1; i < links_.size(); ++i) {
        threads_.emplace_back([this, link = links_[i].get(), is_bulk = i > options_.readers] {
            is_bulk ? introduce_thread("sql bulk reader", kPatient)
                    : introduce_thread("sql reader");
            read_loop(*link, is_bulk ? bulk_reads_ : reads_);
        });
    }
}

void ThreadedDatabase::add_link(Access access) {
    links_.push_back(std::make_unique<Link>(*driver_, access, options_.outage_patience, arrivals_,
                                            stop_.get_token()));
}

ThreadedDatabase::~ThreadedDatabase() {
    close();
}

DatabaseStats ThreadedDatabase::stats() const {
    return {.reads = counters_.reads,
            .writes = counters_.writes,
            .long_writes = counters_.long_writes,
            .commits = counters_.commits,
            .statements = counters_.statements,
            .log_bytes = driver_->log_bytes(),
            .urgent_writes = counters_.urgent_writes,
            .urgent_wait = std::chrono::nanoseconds(counters_.urgent_wait),
            .oldest_write = oldest_write()};
}

std::chrono::nanoseconds ThreadedDatabase::oldest_write() const {
    const std::chrono::steady_clock::duration queued_at(counters_.oldest_write);
    return queued_at.count() == 0 ? queued_at
                                  : std::chrono::steady_clock::now().time_since_epoch() - queued_at;
}

std::chrono::nanoseconds ThreadedDatabase::take_longest_write() {
    return std::chrono::nanoseconds(counters_.longest_write.exchange(0));
}

std::vector<StatementFigure> ThreadedDatabase::slowest_statements(std::size_t most) const {
    return figures_.slowest(most);
}

Task<> ThreadedDatabase::ping() {
    auto ask = [](Session& session) { session.execute("SELECT 1"); };
    co_await read(std::move(ask));
}

void ThreadedDatabase::before_commit(std::function<void(Session&)> work) {
    before_commit_ = std::move(work);
}

void ThreadedDatabase::watch_commits(std::function<void(std::chrono::nanoseconds)> told) {
    told_of_commits_ = std::move(told);
}

void ThreadedDatabase::close() {
    const std::lock_guard lock(closing_);
    reads_.close();
    bulk_reads_.close();
    writes_.close();
    stop_.request_stop();  // ends the pauses between attempts to reconnect
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    // Readers first: the writer truncates the log when nobody else looks at it.
    while (!links_.empty()) {
        links_.pop_back();
    }
}

Task<> ThreadedDatabase::backup_to(std::string path) {
    auto copy = [this, target = std::move(path)] { driver_->backup_to(target); };
    co_await backups_.run(std::move(copy));
}

void ThreadedDatabase::enqueue(Lane lane, std::unique_ptr<Job> job) {
    auto& queue = lane == Lane::reader ? reads_ : lane == Lane::bulk_reader ? bulk_reads_ : writes_;
    job->turn = lane == Lane::bulk_writer ? Turn::bulk : Turn::urgent;
    switch (queue.push(job, job->turn)) {
        case JobQueue<Job>::Answer::accepted:
            return;
        case JobQueue<Job>::Answer::full:
            job->fail(std::make_exception_ptr(
                Overloaded("sql", "too many statements are waiting", std::chrono::seconds(1))));
            return;
        case JobQueue<Job>::Answer::closed:
            job->fail(std::make_exception_ptr(DatabaseUnavailable("the database is closed")));
            return;
    }
}

void ThreadedDatabase::refuse_overdue(std::vector<std::unique_ptr<Job>>& jobs) const {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(jobs, [&](auto& job) {
        const bool overdue = now > deadline(*job);
        if (overdue) {
            job->fail(std::make_exception_ptr(
                Overloaded("sql", "waited too long for the database", std::chrono::seconds(1))));
        }
        return overdue;
    });
}

void ThreadedDatabase::read_loop(Link& link, JobQueue<Job>& jobs) {
    for (;;) {
        auto taken = jobs.take(1);
        if (taken.empty()) {
            return;
        }
        refuse_overdue(taken);
        for (auto& job : taken) {
            serve_read(link, *job);
        }
    }
}

void ThreadedDatabase::serve_read(Link& link, Job& job) {
    std::exception_ptr problem;
    try {
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            problem = attempt_read(link.require(deadline(job)), job);
            if (!problem) {
                return;
            }
        }
    } catch (...) {
        problem = std::current_exception();
    }
    job.fail(problem);
}

std::exception_ptr ThreadedDatabase::attempt_read(Connection& connection, Job& job) {
    const trace::Scope scope(job.position);
    GuardedSession session(connection, counters_.statements, figures_);
    std::exception_ptr problem;
    try {
        connection.begin();
        job.run(session);
    } catch (...) {
        problem = std::current_exception();
    }
    if (connection.trouble() != Trouble::none) {
        connection.rollback();
        return problem ? problem : transaction_lost();
    }
    ++counters_.reads;
    problem ? job.fail(problem) : job.succeed();
    connection.rollback();  // nothing was changed: this only lets go of the snapshot
    return nullptr;
}

void ThreadedDatabase::write_loop(Link& link) {
    for (;;) {
        auto group = writes_.take(options_.group_limit);
        if (group.empty()) {
            return;
        }
        counters_.oldest_write = group.front()->queued_at.time_since_epoch().count();
        note_waits(group);
        refuse_overdue(group);
        try {
            serve_group(link, group);
        } catch (...) {
            // Nothing is known to throw; the lane outlives what is not known.
            const auto problem = std::current_exception();
            for (auto& job : group) {
                if (job) {
                    job->fail(problem);
                }
            }
        }
        counters_.oldest_write = 0;
    }
}

void ThreadedDatabase::note_waits(std::span<const std::unique_ptr<Job>> taken) {
    const auto now = std::chrono::steady_clock::now();
    for (const auto& job : taken) {
        if (job->turn == Turn::urgent) {
            ++counters_.urgent_writes;
            counters_.urgent_wait += std::chrono::nanoseconds(now - job->queued_at).count();
        }
    }
}

void ThreadedDatabase::serve_group(Link& link, std::vector<std::unique_ptr<Job>>& group) {
    // Few writes fail: together they go without savepoints first.
    for (const auto savepoints : {Savepoints::none, Savepoints::each}) {
        std::erase(group, nullptr);
        if (group.size() > 1 && !link.lost()) {
            attempt_writes(link, group, savepoints);
        }
    }
    for (auto& job : group) {
        if (job) {
            serve_alone(link, job);
        }
    }
}

void ThreadedDatabase::serve_alone(Link& link, std::unique_ptr<Job>& job) {
    std::exception_ptr problem;
    auto delays = link.retry_delays();
    try {
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            problem = attempt_writes(link, Jobs(&job, 1), Savepoints::none);
            if (!problem) {
                return;
            }
            link.pause(delays.next(), deadline(*job));
        }
    } catch (...) {
        problem = std::current_exception();
    }
    job->fail(problem);
}

std::exception_ptr ThreadedDatabase::attempt_writes(Link& link, Jobs group, Savepoints savepoints) {
    auto& connection = link.require(deadline(*group.front()));
    Problems problems(group.size());
    bool changed = false;
    std::exception_ptr lost;
    try {
        connection.begin();
        if (group.size() > 1) {
            connection.wait_a_moment_only();
        }
        for (std::size_t i = 0; i < group.size(); ++i) {
            const bool kept = run_write(connection, *group[i], savepoints, problems[i]);
            changed = changed || kept;
            // What one has left half done, the others must not commit.
            const bool spoilt = !kept && savepoints == Savepoints::none && group.size() > 1;
            if (spoilt || connection.trouble() != Trouble::none) {
                lost = problems[i] ? problems[i] : transaction_lost();
                break;
            }
        }
        if (changed && !lost && before_commit_) {
            GuardedSession session(connection, counters_.statements, figures_);
            before_commit_(session);
        }
    } catch (...) {
        lost = std::current_exception();
    }
    if (lost) {
        connection.rollback();
        return lost;
    }
    if (changed) {
        return commit_and_answer(link, connection, group, problems);
    }
    connection.rollback();
    return answer(group, problems);
}

bool ThreadedDatabase::run_write(Connection& connection, Job& job, Savepoints savepoints,
                                 std::exception_ptr& problem) {
    const trace::Scope scope(job.position);
    GuardedSession session(connection, counters_.statements, figures_);
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

void ThreadedDatabase::note_length(std::chrono::nanoseconds took) {
    if (took > kWriteLimit) {
        ++counters_.long_writes;
    }
    // Only this thread raises it: a look in between at worst keeps an older one for the next.
    if (took.count() > counters_.longest_write) {
        counters_.longest_write = took.count();
    }
}

void ThreadedDatabase::commit(Connection& connection) {
    const auto begin = std::chrono::steady_clock::now();
    connection.commit();
    ++counters_.commits;
    if (told_of_commits_) {
        told_of_commits_(std::chrono::steady_clock::now() - begin);
    }
}

std::exception_ptr ThreadedDatabase::commit_and_answer(Link& link, Connection& connection,
                                                       Jobs group, Problems& problems) {
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
    if (!doubtful.empty()) {  // from here on `connection` is no more
        switch (find_out(link, doubtful, deadline(*group.front()))) {
            case Fate::committed:
                lost = nullptr;
                ++counters_.commits;
                break;
            case Fate::rolled_back:
                return transaction_lost();
            case Fate::undecided:
            case Fate::unknown:
                lost = std::make_exception_ptr(DatabaseUnavailable(
                    "the connection broke during the commit, which may have taken effect"));
        }
    }
    for (auto& problem : problems) {
        problem = problem ? problem : lost;
    }
    const auto again = answer(group, problems);
    if (!lost && doubtful.empty()) {
        const auto begin = std::chrono::steady_clock::now();
        connection.after_commit();
        note_length(std::chrono::steady_clock::now() - begin);
    }
    return again;
}

std::exception_ptr ThreadedDatabase::answer(Jobs group, const Problems& problems) {
    std::exception_ptr again;
    for (std::size_t i = 0; i < group.size(); ++i) {
        // Only on PostgreSQL does anybody else write.
        const bool is_aside = group.size() > 1 && is_a<LockTaken>(problems[i]);
        if (engine() == Engine::postgres && (is_aside || is_a<ConstraintViolation>(problems[i]))) {
            again = problems[i];
            continue;
        }
        ++counters_.writes;
        if (problems[i]) {
            group[i]->fail(problems[i]);
        } else {
            for (const auto& [who, hook] : group[i]->hooks) {
                hook();
            }
            group[i]->succeed();
        }
        group[i].reset();
    }
    return again;
}

Fate ThreadedDatabase::find_out(Link& link, const std::string& transaction,
                                Link::Deadline deadline) {
    auto fate = Fate::undecided;
    auto delays = link.retry_delays();
    do {
        try {
            fate = link.require(deadline).fate_of(transaction);
        } catch (const std::exception&) {
            // Of any kind: passed on, it would have the writes done again.
            if (!link.lost()) {
                return Fate::unknown;  // it answers, and not to this
            }
        }
    } while (fate == Fate::undecided && std::chrono::steady_clock::now() < deadline &&
             link.pause(delays.next(), deadline));
    log::warn("sql", "a commit without an answer",
              {{"transaction", transaction}, {"tookEffect", word(fate)}});
    return fate;
}

}  // namespace tripos::sql
