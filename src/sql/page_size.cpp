// SPDX-License-Identifier: MIT
#include "sql/page_size.hpp"

#include <algorithm>

namespace tripos::sql {

void PageSize::learn(std::int64_t rows, std::chrono::nanoseconds took) {
    const bool is_telling = rows > 0 && (rows >= size_ || took > kGoal);
    if (!is_telling) {
        return;
    }
    const auto fitting =
        rows * std::chrono::nanoseconds(kGoal).count() / std::max<std::int64_t>(1, took.count());
    size_ = std::clamp<std::int64_t>(fitting, 1, std::min(most_, 2 * size_));
}

}  // namespace tripos::sql
