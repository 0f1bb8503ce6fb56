// SPDX-License-Identifier: MIT
#pragma once
// ToldEntries: what became of answers, on its way from the thread that sends to the one that keeps
// the journal.

#include <mutex>
#include <utility>
#include <vector>

#include "loadtest/journal.hpp"

namespace tripos::loadtest {

/// Thread-safe.
class ToldEntries {
  public:
    /// So many of the journal, from `first` on.
    void add(const std::vector<JournalLine>& journal, std::size_t first, std::size_t count) {
        const std::lock_guard lock(mutex_);
        for (std::size_t number = first; number < first + count; ++number) {
            entries_.push_back({.number = number, .line = journal[number]});
        }
    }

    /// Those that were added since the last call.
    std::vector<JournalEntry> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(entries_, {});
    }

  private:
    std::mutex mutex_;
    std::vector<JournalEntry> entries_;
};

}  // namespace tripos::loadtest
