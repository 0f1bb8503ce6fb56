// SPDX-License-Identifier: MIT
#pragma once
// Histogram: how long things took, in log-linear buckets: two digits are exact, whatever the size.
// Not thread-safe; external synchronisation required.

#include <cstdint>
#include <vector>

namespace tripos::loadtest {

/// Of microseconds; a value above an hour counts as an hour.
class Histogram {
  public:
    Histogram();

    void add(std::int64_t micros);  ///< below zero counts as zero
    void add_all(const Histogram& other);
    std::int64_t count() const { return count_; }
    std::int64_t max() const { return max_; }  ///< exact
    /// The least value that `share` (0 to 1) of all do not exceed, at most 1 % above it; 0: empty.
    std::int64_t at(double share) const;

  private:
    std::vector<std::int64_t> buckets_;
    std::int64_t count_ = 0;
    std::int64_t max_ = 0;
};

}  // namespace tripos::loadtest
