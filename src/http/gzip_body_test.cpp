// SPDX-License-Identifier: MIT
#include "http/gzip_body.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace tripos::http {
namespace {

/// Inflates a whole gzip body; checks its checksum and length. Empty when it is not well-formed.
std::string unpack(std::string packed) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string plain(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    const int end = inflate(&stream, Z_FINISH);
    const bool is_whole = end == Z_STREAM_END && stream.avail_in == 0;
    plain.resize(is_whole ? stream.total_out : 0);
    inflateEnd(&stream);
    return plain;
}

TEST(GzipBody, JoinsPiecesAndTexts) {
    const std::string first(500, 'a');
    const std::string second = "the second piece, the second piece, the second piece";
    const auto pieces = compress_pieces({first, second, ""});
    GzipBody body(0);
    body.add(pieces[0]);
    body.add("as it is");
    body.add(pieces[1]);
    body.add(pieces[2]);
    body.add("");
    body.add(pieces[0]);
    const auto packed = body.finish();
    EXPECT_EQ(unpack(packed), first + "as it is" + second + first);
    EXPECT_LT(packed.size(), 200U);
}

TEST(GzipBody, TakesTextsLongerThanAStoredBlock) {
    std::string text;
    for (int i = 0; text.size() < 200'000; ++i) {
        text += std::to_string(i);
    }
    GzipBody body(text.size());
    body.add(text);
    EXPECT_EQ(unpack(body.finish()), text);
}

TEST(GzipBody, HasALengthThatTellsNothingAboutWhatItsTextsResemble) {
    const auto pieces = compress_pieces({"the secret is hunter2"});
    const auto size_with = [&](std::string_view guess) {
        GzipBody body(0);
        body.add(pieces[0]);
        body.add(guess);
        return body.finish().size();
    };
    EXPECT_EQ(size_with("the secret is hunter2"), size_with("qwertyuiopasdfghjklzx"));
}

}  // namespace
}  // namespace tripos::http
