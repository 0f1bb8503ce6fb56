// SPDX-License-Identifier: MIT
#pragma once
// JobQueue: waiting reads or writes, bounded, between the coroutines that ask and the threads that
// work. Bulk jobs wait in a line of their own and come one at a time.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "sql/database.hpp"

namespace tripos::sql {

/// Thread-safe. `Job` says since when it waits: `queued_at`.
template <class Job>
class JobQueue {
  public:
    enum class Answer { accepted, full, closed };

    /// `limit`: of each line.
    explicit JobQueue(std::size_t limit, std::chrono::milliseconds bulk_patience = {})
        : limit_(limit), bulk_patience_(bulk_patience) {}

    /// Takes `job` only when it answers `accepted`.
    Answer push(std::unique_ptr<Job>& job, Turn turn = Turn::urgent) {
        bool wake = false;
        {
            const std::lock_guard lock(mutex_);
            auto& jobs = turn == Turn::bulk ? bulk_ : urgent_;
            if (closed_) {
                return Answer::closed;
            }
            if (jobs.size() >= limit_) {
                return Answer::full;
            }
            jobs.push_back(std::move(job));
            wake = idle_ > 0;
        }
        if (wake) {
            wake_.notify_one();
        }
        return Answer::accepted;
    }

    /// Waits for jobs and takes up to `at_most` urgent ones, oldest first, or one bulk job. Empty:
    /// closed, and none is left.
    std::vector<std::unique_ptr<Job>> take(std::size_t at_most) {
        std::unique_lock lock(mutex_);
        ++idle_;
        wake_.wait(lock, [this] { return closed_ || !urgent_.empty() || !bulk_.empty(); });
        --idle_;
        std::vector<std::unique_ptr<Job>> taken;
        if (is_bulks_turn()) {
            taken.push_back(std::move(bulk_.front()));
            bulk_.pop_front();
            last_bulk_ = std::chrono::steady_clock::now();
            return taken;
        }
        while (!urgent_.empty() && taken.size() < at_most) {
            taken.push_back(std::move(urgent_.front()));
            urgent_.pop_front();
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
    bool is_bulks_turn() const {
        if (bulk_.empty() || urgent_.empty()) {
            return !bulk_.empty();
        }
        const auto since = std::max(bulk_.front()->queued_at, last_bulk_);
        return std::chrono::steady_clock::now() - since >= bulk_patience_;
    }

    const std::size_t limit_;
    const std::chrono::milliseconds bulk_patience_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::unique_ptr<Job>> urgent_;
    std::deque<std::unique_ptr<Job>> bulk_;
    std::chrono::steady_clock::time_point last_bulk_{};  ///< when one was taken
    std::size_t idle_ = 0;
    bool closed_ = false;
};

}  // namespace tripos::sql
