// SPDX-License-Identifier: MIT
#pragma once
// SeededRandom: the same bytes in every run, so that a failing test fails again.

#include <cstdint>
#include <mutex>
#include <random>
#include <span>

#include "core/random.hpp"

namespace tripos::test {

/// Thread-safe; deterministic as long as the calls come in the same order.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}

    void fill(std::span<std::uint8_t> bytes) override {
        const std::lock_guard lock(mutex_);
        for (auto& byte : bytes) {
            byte = static_cast<std::uint8_t>(engine_() >> 56);
        }
    }

  private:
    std::mutex mutex_;
    std::mt19937_64 engine_;
};

}  // namespace tripos::test
