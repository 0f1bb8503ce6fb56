// SPDX-License-Identifier: MIT
#include "core/id.hpp"

#include <array>

#include "core/digest.hpp"
#include "core/text.hpp"

namespace tripos {

namespace {

/// Of 32 hexadecimal digits.
std::string to_uuid(std::string text, char version) {
    text[12] = version;
    text[16] = "89ab"[static_cast<unsigned char>(text[16]) % 4];  // variant 10
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

}  // namespace

std::string new_id(Timestamp now, Random& random) {
    std::array<std::uint8_t, 16> bytes{};
    random.fill(bytes);
    const auto millis = static_cast<std::uint64_t>(to_millis(now));
    for (std::size_t i = 0; i < 6; ++i) {
        bytes[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
    }
    return to_uuid(to_hex(bytes), '7');
}

std::string id_of(std::string_view content) {
    return to_uuid(content_digest(content), '8');
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash_place = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash_place ? text[i] != '-' : !is_hex_digit(text[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace tripos
