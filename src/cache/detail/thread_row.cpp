// SPDX-License-Identifier: MIT
#include "cache/detail/thread_row.hpp"

#include <atomic>

namespace tripos::cache {

std::size_t next_thread_row() {
    static std::atomic<std::size_t> threads{0};
    return threads.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace tripos::cache
