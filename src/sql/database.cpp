// SPDX-License-Identifier: MIT
#include "sql/database.hpp"

#include "core/text.hpp"
#include "sql/detail/postgres_driver.hpp"
#include "sql/detail/sqlite_driver.hpp"
#include "sql/detail/threaded_database.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

constexpr std::string_view kSqlitePrefix = "sqlite:";

std::unique_ptr<Driver> make_driver(const DatabaseOptions& options) {
    if (starts_with_ignoring_case(options.url, kSqlitePrefix)) {
        return std::make_unique<SqliteDriver>(options.url.substr(kSqlitePrefix.size()),
                                              options.statement_timeout);
    }
    if (starts_with_ignoring_case(options.url, "postgres://") ||
        starts_with_ignoring_case(options.url, "postgresql://")) {
        return std::make_unique<PostgresDriver>(
            options.url,
            PostgresLimits{.statement = options.statement_timeout, .lock = options.lock_timeout});
    }
    // The address may hold a password: not in the message.
    throw SystemError("sql", "the database's address must start with sqlite: or postgres://");
}

}  // namespace

class Database::PostedJob final : public Database::Job {
  public:
    PostedJob(std::function<void(Session&)> work, std::function<void(std::exception_ptr)> done)
        : work_(std::move(work)), done_(std::move(done)) {}

    void run(Session& session) override { work_(session); }
    void succeed() override { answer(nullptr); }
    void fail(std::exception_ptr problem) override { answer(std::move(problem)); }

  private:
    /// What escapes is a bug of whoever waits, and not the end of the lane that serves all others.
    void answer(std::exception_ptr problem) {
        try {
            done_(std::move(problem));
        } catch (const std::exception& failure) {
            log::error("sql", "the receiver of a write's outcome threw",
                       {{"what", failure.what()}});
        }
    }

    std::function<void(Session&)> work_;
    std::function<void(std::exception_ptr)> done_;
};

void Database::post_write(std::function<void(Session&)> work,
                          std::function<void(std::exception_ptr)> done) {
    enqueue(Lane::writer, std::make_unique<PostedJob>(std::move(work), std::move(done)));
}

std::unique_ptr<Database> Database::open(const DatabaseOptions& options) {
    return std::make_unique<ThreadedDatabase>(options, make_driver(options));
}

}  // namespace tripos::sql
