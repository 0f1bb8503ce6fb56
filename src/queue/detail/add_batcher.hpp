// SPDX-License-Identifier: MIT
#pragma once
// AddBatcher: adds that are asked for in the same moment go to Redis in one script. The first one
// of a batch waits a turn of its event loop, so that whoever else is about to add can join, and
// then sends for all. An add alone loses no time; a hundred at once cost one call.

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "async/completion.hpp"
#include "async/task.hpp"
#include "queue/queue.hpp"

namespace tripos::queue::detail {

/// Thread-safe: coroutines of any context join one batch.
class AddBatcher {
  public:
    /// Adds the jobs in one call; the ids in order.
    using Send = std::function<Task<std::vector<std::string>>(std::vector<NewJob> jobs)>;

    explicit AddBatcher(Send send);

    /// The job's id. A failure of the common call is everybody's.
    Task<std::string> add(NewJob job);

  private:
    struct Batch {
        std::vector<NewJob> jobs;
        std::vector<std::optional<Completion<std::string>>>
            waiting;  ///< by place; the first's is empty
        std::vector<std::string> ids;
        std::exception_ptr failure;
        bool is_settled = false;
    };
    using BatchPtr = std::shared_ptr<Batch>;

    static void resume(const Batch& batch, std::size_t place);
    Task<std::string> lead(BatchPtr batch);
    Task<std::string> follow(BatchPtr batch, std::size_t place);
    std::vector<NewJob> close(const BatchPtr& batch);
    void settle(const BatchPtr& batch, std::vector<std::string> ids, std::exception_ptr failure);

    const Send send_;
    std::mutex mutex_;  ///< guards open_ and every batch
    BatchPtr open_;     ///< may be joined; null: none
};

}  // namespace tripos::queue::detail
