// SPDX-License-Identifier: MIT
#pragma once
// Segments: the layout of cached values - length-prefixed texts and fixed 8-byte numbers behind a
// format mark - read without copying. Not for disk or wire: a value of another format is refused
// and loaded again.

#include <cstdint>
#include <string>
#include <string_view>

namespace tripos {

/// Not thread-safe.
class SegmentWriter {
  public:
    /// `format`: changes whenever the order of the fields does.
    explicit SegmentWriter(char format) { out_ += format; }

    SegmentWriter& number(std::int64_t value);
    SegmentWriter& text(std::string_view value);
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

/// Not thread-safe. Borrows the bytes: the views it returns live as long as they do. After a read
/// past the end, or with a foreign format, every read gives zero or nothing and ok() is false.
class SegmentReader {
  public:
    SegmentReader(std::string_view bytes, char format);

    std::int64_t number();
    std::string_view text();
    /// A count of following entries; bounded by the bytes that are left.
    std::size_t count();
    bool ok() const { return is_ok_; }

  private:
    std::string_view rest_;
    bool is_ok_;
};

}  // namespace tripos
