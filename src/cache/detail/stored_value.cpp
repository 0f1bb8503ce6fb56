// SPDX-License-Identifier: MIT
#include "cache/detail/stored_value.hpp"

#include <algorithm>
#include <limits>

namespace tripos::cache {

namespace {

constexpr std::string_view kMagic("TPC\x02", 4);
constexpr std::size_t kFixed = 28;
constexpr std::uint8_t kNegative = 1;

void append_number(std::string& out, std::uint64_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(number >> (8 * i) & 0xff);
    }
}

std::uint64_t read_number(std::string_view in, std::size_t at, std::size_t bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = bytes; i-- > 0;) {
        number = number << 8 | static_cast<unsigned char>(in[at + i]);
    }
    return number;
}

std::uint64_t millis_in_32_bits(std::chrono::milliseconds time) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(time.count(), 0, kMost));
}

std::chrono::milliseconds millis(std::uint64_t number) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(number));
}

}  // namespace

std::string pack(const StoredValue& value) {
    std::string out;
    out.reserve(kFixed + 8U * value.version_count + value.payload.size());
    out += kMagic;
    append_number(out, value.is_negative ? kNegative : 0, 1);
    append_number(out, value.version_count, 1);
    append_number(out, 0, 2);
    append_number(out, value.fingerprint, 4);
    append_number(out, millis_in_32_bits(value.load_time), 4);
    append_number(out, millis_in_32_bits(value.grace), 4);
    append_number(out, value.stamp, 8);
    for (std::size_t i = 0; i < value.version_count; ++i) {
        append_number(out, value.versions[i], 8);
    }
    out += value.payload;
    return out;
}

std::optional<StoredValue> unpack(std::string bytes) {
    if (bytes.size() < kFixed || !bytes.starts_with(kMagic)) {
        return std::nullopt;
    }
    StoredValue value;
    value.is_negative = (read_number(bytes, 4, 1) & kNegative) != 0;
    value.version_count = static_cast<std::uint8_t>(read_number(bytes, 5, 1));
    value.fingerprint = static_cast<std::uint32_t>(read_number(bytes, 8, 4));
    value.load_time = millis(read_number(bytes, 12, 4));
    value.grace = millis(read_number(bytes, 16, 4));
    value.stamp = read_number(bytes, 20, 8);
    const std::size_t header = kFixed + 8U * value.version_count;
    if (value.version_count > StoredValue::kMaxVersions || bytes.size() < header) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < value.version_count; ++i) {
        value.versions[i] = read_number(bytes, kFixed + 8 * i, 8);
    }
    bytes.erase(0, header);
    value.payload = std::move(bytes);
    return value;
}

}  // namespace tripos::cache
