// SPDX-License-Identifier: MIT
#pragma once
// GzipBody: a gzip body (RFC 1952) put together out of texts that were compressed once, with others
// between them that go in as they are. A request copies and adds checksums up; nothing is
// compressed for it.
//
// What goes in uncompressed never meets the compressor, and no piece is compressed with another:
// the length of the body tells nothing about how its parts resemble each other, so that a secret
// beside text of an attacker's choice stays one (no BREACH).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace tripos::http {

/// True when Accept-Encoding takes gzip, and not identity rather (RFC 9110, 12.5.3).
bool prefers_gzip(const Request& request);

/// A text, compressed. Immutable; thread-safe.
struct GzipPiece {
    std::string deflated;      ///< whole bytes, not the last block
    std::uint32_t crc = 0;     ///< of the text
    std::uint32_t shift = 0;   ///< zlib's operator that moves a checksum past the text
    std::uint32_t length = 0;  ///< of the text
};

/// Slow: for texts that are kept. Throws SystemError when memory runs out.
std::vector<GzipPiece> compress_pieces(const std::vector<std::string_view>& texts);

/// Not thread-safe. Add in order, then finish().
class GzipBody {
  public:
    /// `expected`: bytes to reserve.
    explicit GzipBody(std::size_t expected);

    void add(const GzipPiece& piece);
    void add(std::string_view text);  ///< as it is
    std::string finish();

  private:
    std::string out_;
    std::uint32_t crc_ = 0;
    std::uint32_t length_ = 0;  ///< modulo 2^32, as the format has it
};

}  // namespace tripos::http
