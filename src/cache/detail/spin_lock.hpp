// SPDX-License-Identifier: MIT
#pragma once
// SpinLock: for sections of a few dozen instructions on the hit path, where a mutex would cost more
// than what it guards. Gives its turn away when the holder was interrupted. Lockable.

#include <atomic>
#include <thread>

namespace tripos::cache {

class SpinLock {
  public:
    void lock() {
        while (held_.exchange(true, std::memory_order_acquire)) {
            for (int spins = 0; held_.load(std::memory_order_relaxed); ++spins) {
                if (spins > kPatience) {
                    std::this_thread::yield();
                }
            }
        }
    }
    void unlock() { held_.store(false, std::memory_order_release); }

  private:
    static constexpr int kPatience = 100;

    std::atomic<bool> held_ = false;
};

}  // namespace tripos::cache
