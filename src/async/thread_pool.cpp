// SPDX-License-Identifier: MIT
#include "async/thread_pool.hpp"

#include "async/this_thread.hpp"
#include "core/error.hpp"

namespace tripos {

ThreadPool::ThreadPool(ThreadPoolOptions options) : options_(std::move(options)) {
    for (std::size_t i = 0; i < options_.threads; ++i) {
        threads_.emplace_back([this] { work_loop(); });
    }
}

ThreadPool::~ThreadPool() {
    std::deque<Job> abandoned;
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        abandoned.swap(jobs_);
    }
    wake_.notify_all();
    for (auto& job : abandoned) {
        job.refuse();
    }
    for (auto& thread : threads_) {
        thread.join();
    }
}

std::size_t ThreadPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return jobs_.size();
}

bool ThreadPool::enqueue(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_ || jobs_.size() >= options_.queue_limit) {
            return false;
        }
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

void ThreadPool::work_loop() {
    introduce_thread(options_.name, options_.niceness);
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
        if (closing_) {
            return;
        }
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        const auto waited = std::chrono::steady_clock::now() - job.queued_at;
        if (options_.wait_limit.count() > 0 && waited > options_.wait_limit) {
            job.refuse();
        } else {
            job.run();
        }
        lock.lock();
    }
}

std::exception_ptr ThreadPool::overloaded() const {
    return std::make_exception_ptr(
        Overloaded(options_.name, "too much work is waiting", std::chrono::seconds(5)));
}

}  // namespace tripos
