// SPDX-License-Identifier: MIT
#include "queue/detail/add_batcher.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "async/task_group.hpp"

namespace tripos::queue::detail {
namespace {

/// Runs adds together on one context against a call that notes the sizes of its batches.
class Adds {
  public:
    void start(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            adders_.spawn("add", add(std::to_string(i)));
        }
    }

    void run() { context_.run(); }

    std::vector<std::size_t> sizes;
    std::vector<std::string> ids;
    std::vector<std::string> failures;
    std::string problem;  ///< not empty: the call fails with it

  private:
    Task<> add(std::string name) {
        NewJob job{.name = std::move(name)};
        std::string failure;
        try {
            ids.push_back(co_await batcher_.add(std::move(job)));
        } catch (const redis::CommandFailed& failed) {
            failure = failed.message();
        }
        if (!failure.empty()) {
            failures.push_back(failure);
        }
    }

    Task<std::vector<std::string>> send(std::vector<NewJob> jobs) {
        sizes.push_back(jobs.size());
        co_await asio::post(asio::use_awaitable);
        if (!problem.empty()) {
            throw redis::CommandFailed(problem);
        }
        std::vector<std::string> named;
        for (const NewJob& job : jobs) {
            named.push_back("id of " + job.name);
        }
        co_return named;
    }

    asio::io_context context_;
    AddBatcher batcher_{[this](std::vector<NewJob> jobs) { return send(std::move(jobs)); }};
    TaskGroup adders_{context_.get_executor()};
};

TEST(AddBatcher, SendsAddsOfOneMomentTogether) {
    Adds adds;
    adds.start(3);
    adds.run();
    EXPECT_EQ(adds.sizes, std::vector<std::size_t>({3}));
    EXPECT_EQ(adds.ids, std::vector<std::string>({"id of 0", "id of 1", "id of 2"}));
}

TEST(AddBatcher, LimitsABatch) {
    Adds adds;
    adds.start(201);
    adds.run();
    EXPECT_EQ(adds.sizes, std::vector<std::size_t>({100, 100, 1}));
    EXPECT_EQ(adds.ids.size(), 201U);
}

TEST(AddBatcher, SendsOneAloneByItself) {
    Adds adds;
    adds.start(1);
    adds.run();
    EXPECT_EQ(adds.ids, std::vector<std::string>({"id of 0"}));
}

TEST(AddBatcher, TellsEveryoneOfAFailure) {
    Adds adds;
    adds.problem = "OOM";
    adds.start(3);
    adds.run();
    EXPECT_EQ(adds.failures, std::vector<std::string>({"OOM", "OOM", "OOM"}));
    EXPECT_TRUE(adds.ids.empty());
}

}  // namespace
}  // namespace tripos::queue::detail
