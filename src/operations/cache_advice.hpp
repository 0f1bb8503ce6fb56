// SPDX-License-Identifier: MIT
#pragma once
// What the figures of the cache say about its settings: which lifetime to change, and why. Pure,
// thread-safe.

#include <string>
#include <vector>

#include "cache/stats.hpp"

namespace tripos::operations {

struct CacheAdvice {
    std::string family;  ///< empty: about the cache as a whole
    std::string text;    ///< one sentence: the observation, its reason, what to do
};

/// Families with too few lookups to judge are passed over.
std::vector<CacheAdvice> advise(const cache::Stats& stats);

}  // namespace tripos::operations
