// SPDX-License-Identifier: MIT
#pragma once
// ReadMostlyLock: for sections of a few dozen instructions on the hit path. Readers write to a
// cache line of their own thread alone, so reading costs the same on any number of threads; a
// writer waits for all of them. Whoever waits gives its turn away when the other was interrupted.
// Lockable and shared-lockable; not recursive.

#include <array>
#include <atomic>
#include <thread>

#include "cache/detail/thread_row.hpp"

namespace tripos::cache {

class ReadMostlyLock {
  public:
    void lock_shared() {
        auto& readers = my_row();
        // Both sides write, then look (sequentially consistent): one of them sees the other.
        for (readers.fetch_add(1); is_writing_.load(); readers.fetch_add(1)) {
            readers.fetch_sub(1, std::memory_order_release);
            wait([this] { return !is_writing_.load(std::memory_order_relaxed); });
        }
    }
    void unlock_shared() { my_row().fetch_sub(1, std::memory_order_release); }

    void lock() {
        while (is_writing_.exchange(true)) {
            wait([this] { return !is_writing_.load(std::memory_order_relaxed); });
        }
        for (auto& row : rows_) {
            wait([&row] { return row.readers.load() == 0; });
        }
    }
    void unlock() { is_writing_.store(false, std::memory_order_release); }

  private:
    static constexpr std::size_t kRows = 8;
    static constexpr int kPatience = 100;
    struct alignas(64) Row {
        std::atomic<std::uint32_t> readers{0};
    };

    template <class Condition>
    static void wait(Condition holds) {
        for (int spins = 0; !holds(); ++spins) {
            if (spins > kPatience) {
                std::this_thread::yield();
            }
        }
    }
    std::atomic<std::uint32_t>& my_row() { return rows_[thread_row() % kRows].readers; }

    std::array<Row, kRows> rows_;
    alignas(64) std::atomic<bool> is_writing_ = false;
};

}  // namespace tripos::cache
