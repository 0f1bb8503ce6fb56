// SPDX-License-Identifier: MIT
#pragma once
// Randomness, injected so that tests can repeat a run. SecureRandom is the only source in
// production.

#include <cstdint>
#include <span>
#include <string>

namespace tripos {

/// Thread-safe.
class Random {
  public:
    virtual ~Random() = default;
    /// Fills `bytes`; from the kernel's generator in production.
    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    /// Uniform in [0, bound). Requires: bound > 0.
    std::uint32_t below(std::uint32_t bound);
    /// Uniform in [0, 1), 53 bits.
    double unit();
    /// `count` random bytes as lower-case hex: twice as many characters.
    std::string hex(std::size_t count);
};

/// The system's source, good for secrets. Thread-safe.
class SecureRandom final : public Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace tripos
