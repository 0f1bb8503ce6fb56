// SPDX-License-Identifier: MIT
#include "async/backoff.hpp"

#include <algorithm>

namespace tripos {

std::chrono::milliseconds Backoff::next() {
    const int doublings = std::min(tries_++, 20);
    const auto full = std::min(options_.first * (std::int64_t{1} << doublings), options_.limit);
    const double fixed = static_cast<double>(full.count()) * (1 - options_.jitter);
    const double random = static_cast<double>(full.count()) * options_.jitter * random_.unit();
    return std::chrono::milliseconds(static_cast<std::int64_t>(fixed + random));
}

}  // namespace tripos
