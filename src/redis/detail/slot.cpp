// SPDX-License-Identifier: MIT
#include "redis/detail/slot.hpp"

#include "redis/hash_tag.hpp"

namespace tripos::redis {

namespace {

/// CRC-16/XMODEM.
std::uint16_t crc16(std::string_view text) {
    constexpr std::uint16_t kPolynomial = 0x1021;
    constexpr std::uint16_t kHighBit = 0x8000;
    std::uint16_t crc = 0;
    for (const unsigned char c : text) {
        crc = static_cast<std::uint16_t>(crc ^ (c << 8));
        for (int bit = 0; bit < 8; ++bit) {
            const bool carries = (crc & kHighBit) != 0;
            crc = static_cast<std::uint16_t>(crc << 1);
            crc = carries ? static_cast<std::uint16_t>(crc ^ kPolynomial) : crc;
        }
    }
    return crc;
}

}  // namespace

int slot_of(std::string_view key) {
    const auto tag = hash_tag_of(key);
    return crc16(tag.empty() ? key : tag) % kSlots;
}

}  // namespace tripos::redis
