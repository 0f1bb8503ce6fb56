// SPDX-License-Identifier: MIT
#pragma once
// StoredValue: a value as it lies in Redis: a header and the payload. Numbers are little-endian.
//
//     "TPC" 2 | flags 1 | count of versions 1 | 0 0 | fingerprint 4 | load time, ms 4 | grace, ms 4
//     | stamp 8 | versions 8 each | payload
//
// Pure; what is not of this form is not ours.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cache/family.hpp"

namespace tripos::cache {

struct StoredValue {
    static constexpr std::size_t kMaxVersions = 1 + Family::kMaxTags;

    bool is_negative = false;
    std::uint32_t fingerprint = 0;
    std::chrono::milliseconds load_time{};
    std::chrono::milliseconds grace{};
    std::uint64_t stamp = 0;  ///< of the fill; tells two fills of the same bytes apart
    std::array<std::uint64_t, kMaxVersions> versions{};  ///< the family's, then its tags'
    std::uint8_t version_count = 0;
    std::string payload;
};

std::string pack(const StoredValue& value);
/// Nothing: not ours, or of another format.
std::optional<StoredValue> unpack(std::string bytes);

}  // namespace tripos::cache
