// SPDX-License-Identifier: MIT
#include "sql/database.hpp"

#include "sql/detail/database_impl.hpp"
#include "sql/detail/make_driver.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

class PostedJob final : public Job {
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

}  // namespace

std::unique_ptr<Database> Database::open(const DatabaseOptions& options) {
    return std::make_unique<Database>(options, require_driver(options));
}

Database::Database(const DatabaseOptions& options, std::unique_ptr<Driver> driver)
    : impl_(std::make_unique<Impl>(options, std::move(driver))) {}

Database::~Database() = default;

Engine Database::engine() const {
    return impl_->engine();
}

DatabaseStats Database::stats() const {
    return impl_->stats();
}

std::chrono::nanoseconds Database::take_longest_write() {
    return std::chrono::nanoseconds(impl_->figures().longest_write.exchange(0));
}

std::vector<StatementFigure> Database::slowest_statements(std::size_t most) const {
    return impl_->figures().texts.slowest(most);
}

Task<> Database::ping() {
    auto ask = [](Session& session) { session.execute("SELECT 1"); };
    co_await read(std::move(ask));
}

void Database::before_commit(std::function<void(Session&)> work) {
    impl_->writer().before_commit(std::move(work));
}

void Database::watch_commits(std::function<void(std::chrono::nanoseconds took)> told) {
    impl_->writer().watch_commits(std::move(told));
}

void Database::close() {
    impl_->close();
}

Task<> Database::backup_to(std::string path) {
    return impl_->backup_to(std::move(path));
}

void Database::post_write(std::function<void(Session&)> work,
                          std::function<void(std::exception_ptr)> done) {
    impl_->post_write(std::make_unique<PostedJob>(std::move(work), std::move(done)));
}

void Database::post_read_job(std::unique_ptr<Job> job) {
    impl_->post_read(std::move(job));
}

void Database::post_write_job(std::unique_ptr<Job> job) {
    impl_->post_write(std::move(job));
}

}  // namespace tripos::sql
