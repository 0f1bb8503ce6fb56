// SPDX-License-Identifier: MIT
#pragma once
// thread_row(): a small number of the calling thread, for data that each thread keeps in a cache
// line of its own so that threads do not disturb each other. Threads get 0, 1, 2, ... in the order
// of their first call; take it modulo the number of rows.

#include <cstddef>

namespace tripos::cache {

std::size_t next_thread_row();

inline std::size_t thread_row() {
    static thread_local const std::size_t row = next_thread_row();
    return row;
}

}  // namespace tripos::cache
