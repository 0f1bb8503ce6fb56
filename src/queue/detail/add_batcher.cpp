// SPDX-License-Identifier: MIT
#include "queue/detail/add_batcher.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

namespace tripos::queue::detail {
namespace {

constexpr std::size_t kLargest = 100;  // jobs per script: about 2 ms of the server's time

}  // namespace

AddBatcher::AddBatcher(Send send) : send_(std::move(send)) {}

Task<std::string> AddBatcher::add(NewJob job) {
    BatchPtr batch;
    std::size_t place = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!open_ || open_->jobs.size() == kLargest) {
            open_ = std::make_shared<Batch>();
        }
        batch = open_;
        place = batch->jobs.size();
        batch->jobs.push_back(std::move(job));
        batch->waiting.emplace_back();
    }
    if (place == 0) {
        co_return co_await lead(std::move(batch));
    }
    co_return co_await follow(std::move(batch), place);
}

Task<std::string> AddBatcher::lead(BatchPtr batch) {
    std::vector<std::string> ids;
    std::exception_ptr failure;
    std::exception_ptr failure_of_others;
    try {
        co_await asio::post(asio::use_awaitable);
        std::vector<NewJob> jobs = close(batch);
        ids = co_await send_(std::move(jobs));
    } catch (const boost::system::system_error&) {
        // This coroutine is cancelled, the others are not.
        failure = std::current_exception();
        failure_of_others = std::make_exception_ptr(
            redis::Unavailable("the call that added the job with others was cancelled"));
    } catch (...) {
        failure = failure_of_others = std::current_exception();
    }
    settle(batch, ids, failure_of_others);
    if (failure) {
        std::rethrow_exception(failure);
    }
    co_return std::move(ids.front());
}

Task<std::string> AddBatcher::follow(BatchPtr batch, std::size_t place) {
    auto start = [this, batch, place](Completion<std::string> completion) {
        const std::lock_guard lock(mutex_);
        batch->waiting[place] = std::move(completion);
        if (batch->is_settled) {
            resume(*batch, place);
        }
    };
    co_return co_await suspend<std::string>(std::move(start));
}

void AddBatcher::resume(const Batch& batch, std::size_t place) {
    const std::optional<Completion<std::string>>& waiting = batch.waiting[place];
    if (!waiting) {
        return;  // the first, or one that asks in a moment
    }
    if (batch.failure) {
        waiting->fail(batch.failure);
    } else {
        waiting->complete(batch.ids[place]);
    }
}

std::vector<NewJob> AddBatcher::close(const BatchPtr& batch) {
    const std::lock_guard lock(mutex_);
    if (open_ == batch) {
        open_.reset();
    }
    return std::move(batch->jobs);
}

void AddBatcher::settle(const BatchPtr& batch, std::vector<std::string> ids,
                        std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (open_ == batch) {
        open_.reset();
    }
    batch->ids = std::move(ids);
    batch->failure = std::move(failure);
    batch->is_settled = true;
    for (std::size_t place = 1; place < batch->waiting.size(); ++place) {
        resume(*batch, place);
    }
}

}  // namespace tripos::queue::detail
