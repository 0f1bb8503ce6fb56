// SPDX-License-Identifier: MIT
#include "newsletters/breaker.hpp"

namespace tripos::newsletters {

Breaker::Breaker(BreakerOptions options, std::int64_t sent, std::int64_t failed)
    : options_(options), sent_(sent), failed_(failed) {}

bool Breaker::trips(std::int64_t sent, std::int64_t failed) {
    const auto bad = failed - failed_;
    const auto finished = bad + sent - sent_;
    if (finished < options_.least) {
        return false;
    }
    if (finished >= options_.window) {
        sent_ = sent;
        failed_ = failed;
    }
    return static_cast<double>(bad) > options_.limit * static_cast<double>(finished);
}

}  // namespace tripos::newsletters
