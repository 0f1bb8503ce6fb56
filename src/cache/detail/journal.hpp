// SPDX-License-Identifier: MIT
#pragma once
// Invalidations that could not reach Redis, by name there: what they name is not served from the
// cache until it is deleted there. When too many pile up they are forgotten one by one and the
// whole cache is held back instead. Thread-safe.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tripos::cache {

class Journal {
  public:
    static constexpr std::size_t kLimit = 100'000;  ///< keys

    struct Entry {
        std::string key;
        std::uint64_t number = 0;
    };

    void add(const std::string& key);
    /// True if the key must not be served from the cache. Costs one atomic load when all is well.
    bool holds_back(const std::string& key) const;
    bool is_empty() const { return !busy_.load(std::memory_order_acquire); }
    bool has_overflowed() const;
    std::size_t size() const;
    /// Since when it has not been empty; nothing: it is.
    std::optional<std::chrono::steady_clock::time_point> busy_since() const;

    /// Up to `limit` keys to delete.
    std::vector<Entry> some(std::size_t limit) const;
    /// They are deleted; a key that was added again meanwhile stays.
    void done(const std::vector<Entry>& entries);
    /// The number to hand to cleared() after everything has been deleted.
    std::uint64_t mark() const;
    void cleared(std::uint64_t mark);

  private:
    void update_busy();

    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::uint64_t> keys_;
    std::uint64_t last_number_ = 0;
    bool overflowed_ = false;
    std::optional<std::chrono::steady_clock::time_point> busy_since_;
    std::atomic<bool> busy_ = false;
};

}  // namespace tripos::cache
