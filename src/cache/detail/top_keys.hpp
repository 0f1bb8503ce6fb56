// SPDX-License-Identifier: MIT
#pragma once
// TopKeys: which keys are asked for most, from a sample of the lookups (Space-Saving, Metwally et
// al., ICDT 2005). Older samples fade. Never waits, never allocates. Thread-safe.

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "cache/key.hpp"
#include "cache/stats.hpp"

namespace tripos::cache {

class TopKeys {
  public:
    static constexpr std::uint64_t kSampling = 61;  ///< of so many lookups of a kind, one

    /// `count`: lookups before this one. True: this one belongs to the sample.
    static bool is_sampled(std::uint64_t count) { return count % kSampling == 0; }
    void note(const Key& key);
    /// The most asked for first. No share is overestimated.
    std::vector<TopKey> list() const;

  private:
    static constexpr std::size_t kSlots = 128;
    static constexpr std::size_t kListed = 10;
    static constexpr std::uint64_t kFadeAt = 20'000;  ///< samples; then they count half

    struct Slot {
        std::uint64_t excess = 0;  ///< at most so much of the count is another key's
        const Family* family = nullptr;
        std::array<char, Key::kCapacity> name{};
        std::size_t name_size = 0;
    };
    void fade();

    mutable std::mutex mutex_;
    // Apart, because each sample looks through all hashes.
    std::array<std::uint64_t, kSlots> hashes_{};
    std::array<std::uint64_t, kSlots> counts_{};
    std::array<Slot, kSlots> slots_;
    std::uint64_t samples_ = 0;
};

}  // namespace tripos::cache
