// SPDX-License-Identifier: MIT
#include "core/random.hpp"

#include <sodium.h>

#include <array>
#include <cstring>
#include <vector>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos {

std::uint32_t Random::below(std::uint32_t bound) {
    TRIPOS_ASSERT(bound > 0);
    // Values in the incomplete last stretch would favour small results: draw again.
    const std::uint32_t limit = UINT32_MAX - UINT32_MAX % bound;
    for (;;) {
        std::array<std::uint8_t, 4> bytes{};
        fill(bytes);
        std::uint32_t value = 0;
        std::memcpy(&value, bytes.data(), sizeof value);
        if (value < limit) {
            return value % bound;
        }
    }
}

double Random::unit() {
    std::array<std::uint8_t, 8> bytes{};
    fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return static_cast<double>(value >> 11) * 0x1.0p-53;
}

std::string Random::hex(std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    fill(bytes);
    return to_hex(bytes);
}

void SecureRandom::fill(std::span<std::uint8_t> bytes) {
    randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace tripos
