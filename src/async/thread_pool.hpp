// SPDX-License-Identifier: MIT
#pragma once
// ThreadPool: blocking or CPU-heavy work away from the I/O threads, behind a bounded queue.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <variant>
#include <vector>

#include "async/completion.hpp"

namespace tripos {

/// How many threads, and how much may wait for them.
struct ThreadPoolOptions {
    std::string name = "pool";       ///< in errors and as the threads' name (15 bytes)
    std::size_t threads = 1;         ///< started at once
    std::size_t queue_limit = 1024;  ///< waiting jobs beyond it are refused with Overloaded
    std::chrono::milliseconds wait_limit{
        0};            ///< a job that waited longer is refused with Overloaded; 0: no limit
    int niceness = 0;  ///< 19: only when nothing else wants the core
};

/// Thread-safe. The destructor waits for running jobs and abandons waiting ones.
class ThreadPool {
  public:
    explicit ThreadPool(ThreadPoolOptions options);  ///< starts the threads
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Runs `work()` on a pool thread and resumes with its result or exception. Not cancellable.
    template <class Work, class T = std::invoke_result_t<Work&>>
    Task<T> run(Work work);

    std::size_t waiting() const;  ///< jobs that no thread has taken

  private:
    struct Job {
        std::function<void()> run;
        std::function<void()> refuse;
        std::chrono::steady_clock::time_point queued_at;
    };

    /// False if the queue is full or closing.
    bool enqueue(Job job);
    void work_loop();
    std::exception_ptr overloaded() const;

    const ThreadPoolOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

template <class Work, class T>
Task<T> ThreadPool::run(Work work) {
    using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
    auto shared = std::make_shared<Work>(std::move(work));  // std::function wants copies
    auto start = [this, shared](Completion<Value> completion) {
        auto job = [shared, completion] {
            try {
                if constexpr (std::is_void_v<T>) {
                    (*shared)();
                    completion.complete(std::monostate());
                } else {
                    completion.complete((*shared)());
                }
            } catch (...) {
                completion.fail(std::current_exception());
            }
        };
        auto refuse = [this, completion] { completion.fail(overloaded()); };
        Job entry{
            .run = std::move(job), .refuse = refuse, .queued_at = std::chrono::steady_clock::now()};
        if (!enqueue(std::move(entry))) {
            refuse();
        }
    };
    if constexpr (std::is_void_v<T>) {
        co_await suspend<Value>(std::move(start));
    } else {
        co_return co_await suspend<Value>(std::move(start));
    }
}

}  // namespace tripos
