// SPDX-License-Identifier: MIT
#pragma once
// JobQueue: waiting reads or writes, bounded, between the coroutines that ask and the threads that
// work.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace tripos::sql {

/// Thread-safe.
template <class Job>
class JobQueue {
  public:
    enum class Answer { accepted, full, closed };

    explicit JobQueue(std::size_t limit) : limit_(limit) {}

    /// Takes `job` only when it answers `accepted`.
    Answer push(std::unique_ptr<Job>& job) {
        bool wake = false;
        {
            const std::lock_guard lock(mutex_);
            if (closed_) {
                return Answer::closed;
            }
            if (jobs_.size() >= limit_) {
                return Answer::full;
            }
            jobs_.push_back(std::move(job));
            wake = idle_ > 0;
        }
        if (wake) {
            wake_.notify_one();
        }
        return Answer::accepted;
    }

    /// Waits for jobs and takes up to `at_most`, oldest first. Empty: closed, and none is left.
    std::vector<std::unique_ptr<Job>> take(std::size_t at_most) {
        std::unique_lock lock(mutex_);
        ++idle_;
        wake_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
        --idle_;
        std::vector<std::unique_ptr<Job>> taken;
        while (!jobs_.empty() && taken.size() < at_most) {
            taken.push_back(std::move(jobs_.front()));
            jobs_.pop_front();
        }
        return taken;
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        wake_.notify_all();
    }

  private:
    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::unique_ptr<Job>> jobs_;
    std::size_t idle_ = 0;
    bool closed_ = false;
};

}  // namespace tripos::sql
