// SPDX-License-Identifier: MIT
#include "http/gzip_body.hpp"

#include <zlib.h>

#include <array>

#include "core/error.hpp"

namespace tripos::http {

namespace {

constexpr int kRawWindow = -15;  // deflate without a header of its own
constexpr int kBest = 9;
constexpr int kMemoryLevel = 8;
constexpr std::size_t kLongestStored = 65'535;
/// Magic, deflate, no flags, no time, best compression, Unix.
constexpr std::string_view kHeader("\x1f\x8b\x08\0\0\0\0\0\x02\x03", 10);
/// An empty last block.
constexpr std::string_view kEnd("\x03\0", 2);

const Bytef* bytes_of(std::string_view text) {
    return reinterpret_cast<const Bytef*>(text.data());
}

void append_little_endian(std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>(value >> (8 * i) & 0xFF);
    }
}

/// One raw deflate stream after the other.
class Compressor {
  public:
    Compressor() {
        if (deflateInit2(&stream_, kBest, Z_DEFLATED, kRawWindow, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) != Z_OK) {
            throw SystemError("http", "no memory to compress a body");
        }
    }
    ~Compressor() { deflateEnd(&stream_); }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    /// Ends on a whole byte (Z_SYNC_FLUSH) and without the mark of the last block.
    std::string compress(std::string_view text) {
        deflateReset(&stream_);
        std::string out(deflateBound(&stream_, text.size()) + 16, '\0');
        stream_.next_in = const_cast<Bytef*>(bytes_of(text));  // zlib reads only
        stream_.avail_in = static_cast<uInt>(text.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        deflate(&stream_, Z_SYNC_FLUSH);
        out.resize(stream_.total_out);
        return out;
    }

  private:
    z_stream stream_{};
};

}  // namespace

std::vector<GzipPiece> compress_pieces(const std::vector<std::string_view>& texts) {
    Compressor compressor;
    std::vector<GzipPiece> pieces;
    pieces.reserve(texts.size());
    for (const auto text : texts) {
        const auto length = static_cast<std::uint32_t>(text.size());
        pieces.push_back(
            {.deflated = compressor.compress(text),
             .crc = static_cast<std::uint32_t>(::crc32(0, bytes_of(text), length)),
             .shift = static_cast<std::uint32_t>(crc32_combine_gen(static_cast<z_off_t>(length))),
             .length = length});
    }
    return pieces;
}

GzipBody::GzipBody(std::size_t expected) {
    out_.reserve(expected);
    out_ += kHeader;
}

void GzipBody::add(const GzipPiece& piece) {
    out_ += piece.deflated;
    crc_ = static_cast<std::uint32_t>(crc32_combine_op(crc_, piece.crc, piece.shift));
    length_ += piece.length;
}

void GzipBody::add(std::string_view text) {
    crc_ =
        static_cast<std::uint32_t>(::crc32(crc_, bytes_of(text), static_cast<uInt>(text.size())));
    length_ += static_cast<std::uint32_t>(text.size());
    while (!text.empty()) {
        const auto part = text.substr(0, kLongestStored);
        const auto size = static_cast<std::uint32_t>(part.size());
        out_ += '\0';  // a stored block that is not the last
        append_little_endian(out_, size, 2);
        append_little_endian(out_, ~size, 2);
        out_ += part;
        text.remove_prefix(part.size());
    }
}

std::string GzipBody::finish() {
    out_ += kEnd;
    append_little_endian(out_, crc_, 4);
    append_little_endian(out_, length_, 4);
    return std::move(out_);
}

}  // namespace tripos::http
