// SPDX-License-Identifier: MIT
#include "queue/blocking.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

namespace tripos::queue {
namespace {

using SharedFunction = std::shared_ptr<const BlockingFunction>;

class Bridge final : public BlockingContext {
  public:
    Bridge(JobContext& context, asio::any_io_executor executor)
        : context_(context), executor_(std::move(executor)) {}

    bool is_abandoned() const override { return context_.is_abandoned(); }
    void log(std::string line) override { wait_for(context_.log(std::move(line))); }
    void update_progress(std::string json) override {
        wait_for(context_.update_progress(std::move(json)));
    }

  private:
    void wait_for(Task<> task) {
        asio::co_spawn(executor_, std::move(task), asio::use_future).get();
    }

    JobContext& context_;
    const asio::any_io_executor executor_;
};

Task<Outcome> run(ThreadPool& pool, SharedFunction function, const Job& job, JobContext& context) {
    Bridge bridge(context, co_await asio::this_coro::executor);
    auto call = [&bridge, &job, function] { return (*function)(job, bridge); };
    co_return co_await pool.run(std::move(call));
}

}  // namespace

Processor blocking(ThreadPool& pool, BlockingFunction function) {
    const auto shared = std::make_shared<const BlockingFunction>(std::move(function));
    return [&pool, shared](const Job& job, JobContext& context) {
        return run(pool, shared, job, context);
    };
}

}  // namespace tripos::queue
