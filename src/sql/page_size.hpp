// SPDX-License-Identifier: MIT
#pragma once
// PageSize: how many rows a page of long work takes on, learned from the pages before it, so that
// each keeps the writer lane for about kGoal: well below sql::kWriteLimit, since rows are unlike
// and machines get busy.

#include <chrono>
#include <cstdint>

namespace tripos::sql {

/// Not thread-safe; external synchronisation required.
class PageSize {
  public:
    static constexpr std::chrono::milliseconds kGoal{6};
    static constexpr std::int64_t kFirst = 8;

    /// Between 1 and `most` rows, `first` to begin with.
    explicit PageSize(std::int64_t most = 500, std::int64_t first = kFirst)
        : most_(most), size_(first) {}

    std::int64_t rows() const { return size_; }

    /// A page of so many rows ran for so long, its commit not counted. It grows to the double at
    /// most, and only after a page that was full; it shrinks at once.
    void learn(std::int64_t rows, std::chrono::nanoseconds took);

    /// Runs `page(rows())`, which says how many rows it did, and learns from it. For the lane: no
    /// other call may come before that write is answered.
    template <class Page>
    std::int64_t run(Page&& page) {
        const auto begin = std::chrono::steady_clock::now();
        const std::int64_t done = page(size_);
        learn(done, std::chrono::steady_clock::now() - begin);
        return done;
    }

  private:
    std::int64_t most_;
    std::int64_t size_;
};

}  // namespace tripos::sql
