// SPDX-License-Identifier: MIT
#include "module/segments.hpp"

#include <cstring>

namespace tripos {

SegmentWriter& SegmentWriter::number(std::int64_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out_.append(bytes, sizeof value);
    return *this;
}

SegmentWriter& SegmentWriter::text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    out_ += value;
    return *this;
}

SegmentReader::SegmentReader(std::string_view bytes, char format)
    : rest_(bytes), is_ok_(!bytes.empty() && bytes.front() == format) {
    if (is_ok_) {
        rest_.remove_prefix(1);
    }
}

std::int64_t SegmentReader::number() {
    std::int64_t value = 0;
    if (!is_ok_ || rest_.size() < sizeof value) {
        is_ok_ = false;
        return 0;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
}

std::string_view SegmentReader::text() {
    const auto size = count();
    const auto value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
}

std::size_t SegmentReader::count() {
    const auto value = number();
    if (value < 0 || static_cast<std::uint64_t>(value) > rest_.size()) {
        is_ok_ = false;
        return 0;
    }
    return static_cast<std::size_t>(value);
}

}  // namespace tripos
