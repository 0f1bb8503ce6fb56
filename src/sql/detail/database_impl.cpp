// SPDX-License-Identifier: MIT
#include "sql/detail/database_impl.hpp"

#include "async/this_thread.hpp"
#include "sql/detail/guarded_session.hpp"

namespace tripos::sql {

namespace {

/// Attempts of one read or write when connections or transactions get lost.
constexpr int kAttempts = 3;

void answer(Job& write, const std::exception_ptr& problem) {
    if (problem) {
        write.fail(problem);
        return;
    }
    for (const auto& [who, hook] : write.hooks) {
        hook();
    }
    write.succeed();
}

}  // namespace

Database::Impl::Impl(const DatabaseOptions& options, std::unique_ptr<Driver> driver)
    : options_(options),
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
    writer_.emplace(*links_.front(), figures_);
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

void Database::Impl::add_link(Access access) {
    links_.push_back(std::make_unique<Link>(*driver_, access, options_.outage_patience, arrivals_,
                                            stop_.get_token()));
}

Database::Impl::~Impl() {
    close();
}

DatabaseStats Database::Impl::stats() const {
    return {.reads = figures_.reads,
            .writes = figures_.writes,
            .long_writes = figures_.long_writes,
            .commits = figures_.commits,
            .statements = figures_.statements,
            .log_bytes = driver_->log_bytes(),
            .urgent_writes = figures_.urgent_writes,
            .urgent_wait = std::chrono::nanoseconds(figures_.urgent_wait),
            .oldest_write = oldest_write()};
}

std::chrono::nanoseconds Database::Impl::oldest_write() const {
    const std::chrono::steady_clock::duration queued_at(figures_.oldest_write);
    return queued_at.count() == 0 ? queued_at
                                  : std::chrono::steady_clock::now().time_since_epoch() - queued_at;
}

void Database::Impl::close() {
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

Task<> Database::Impl::backup_to(std::string path) {
    auto copy = [this, target = std::move(path)] { driver_->backup_to(target); };
    co_await backups_.run(std::move(copy));
}

void Database::Impl::post_read(std::unique_ptr<Job> job) {
    // Each kind has a thread of its own, so that there is only one line of each.
    auto& queue = job->turn == Turn::bulk ? bulk_reads_ : reads_;
    job->turn = Turn::urgent;
    post(queue, std::move(job));
}

void Database::Impl::post(JobQueue<Job>& queue, std::unique_ptr<Job> job) {
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

void Database::Impl::refuse_overdue(Jobs& jobs) const {
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

void Database::Impl::read_loop(Link& link, JobQueue<Job>& jobs) {
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

void Database::Impl::serve_read(Link& link, Job& job) {
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

std::exception_ptr Database::Impl::attempt_read(Connection& connection, Job& job) {
    const trace::Scope scope(job.position);
    GuardedSession session(connection, figures_);
    std::exception_ptr problem;
    try {
        connection.begin();
        job.run(session);
    } catch (...) {
        problem = std::current_exception();
    }
    if (connection.trouble() != Trouble::none) {
        connection.rollback();
        return problem ? problem
                       : std::make_exception_ptr(DatabaseUnavailable("the transaction was lost"));
    }
    ++figures_.reads;
    problem ? job.fail(problem) : job.succeed();
    connection.rollback();  // nothing was changed: this only lets go of the snapshot
    return nullptr;
}

void Database::Impl::write_loop(Link& link) {
    for (;;) {
        auto group = writes_.take(options_.group_limit);
        if (group.empty()) {
            return;
        }
        figures_.oldest_write = group.front()->queued_at.time_since_epoch().count();
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
        figures_.oldest_write = 0;
    }
}

void Database::Impl::note_waits(const Jobs& taken) {
    const auto now = std::chrono::steady_clock::now();
    for (const auto& job : taken) {
        if (job->turn == Turn::urgent) {
            ++figures_.urgent_writes;
            figures_.urgent_wait += std::chrono::nanoseconds(now - job->queued_at).count();
        }
    }
}

void Database::Impl::serve_group(Link& link, Jobs& group) {
    // Few writes fail: together they go without savepoints first.
    for (const auto savepoints : {GroupCommit::Savepoints::none, GroupCommit::Savepoints::each}) {
        std::erase(group, nullptr);
        if (group.size() > 1 && !link.lost()) {
            attempt_writes(group, savepoints);
        }
    }
    for (auto& job : group) {
        if (job) {
            serve_alone(link, job);
        }
    }
}

void Database::Impl::serve_alone(Link& link, std::unique_ptr<Job>& job) {
    std::exception_ptr problem;
    auto delays = link.retry_delays();
    try {
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            problem = attempt_writes(std::span(&job, 1), GroupCommit::Savepoints::none);
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

std::exception_ptr Database::Impl::attempt_writes(std::span<std::unique_ptr<Job>> jobs,
                                                  GroupCommit::Savepoints savepoints) {
    const auto verdicts = writer_->run(jobs, savepoints, deadline(*jobs.front()));
    std::exception_ptr again;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (verdicts[i].is_again) {
            again = verdicts[i].problem;
            continue;
        }
        ++figures_.writes;
        answer(*jobs[i], verdicts[i].problem);
        jobs[i].reset();
    }
    writer_->tidy();
    return again;
}

}  // namespace tripos::sql
