// SPDX-License-Identifier: MIT
#include "cache/detail/counters.hpp"

namespace tripos::cache {

std::uint64_t Counters::value(Count kind) const {
    std::uint64_t sum = 0;
    for (const auto& row : rows_) {
        sum += row.values[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
    }
    return sum;
}

}  // namespace tripos::cache
