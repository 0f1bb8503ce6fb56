// SPDX-License-Identifier: MIT
#pragma once
// MessagePackReader: the part of MessagePack (github.com/msgpack/msgpack/blob/master/spec.md) in
// which scripts answer: arrays of texts and of arrays. One such text costs Redis and us much less
// than a reply of as many elements. Not thread-safe.

#include <cstdint>
#include <string_view>

namespace tripos::queue::detail {

/// Lifetime: the packed text outlives the reader and all it returned.
class MessagePackReader {
  public:
    explicit MessagePackReader(std::string_view packed) : rest_(packed) {}

    /// How many elements follow. Throws SystemError when there is no array here.
    std::size_t array();
    /// Throws SystemError when there is no text here.
    std::string_view text();

  private:
    std::uint8_t byte();
    std::size_t big_endian(std::size_t width);

    std::string_view rest_;
};

}  // namespace tripos::queue::detail
