// SPDX-License-Identifier: MIT
#include "sql/database.hpp"

#include "sql/detail/make_driver.hpp"
#include "sql/detail/threaded_database.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

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
    return std::make_unique<ThreadedDatabase>(options, require_driver(options));
}

}  // namespace tripos::sql
