// SPDX-License-Identifier: MIT
#pragma once
// Digests by which contents are told apart, also those that somebody chose to collide. Thread-safe;
// pure but for files.

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace tripos {

/// BLAKE2b, 16 bytes as 32 lower-case hexadecimal digits.
std::string content_digest(std::string_view content);

/// BLAKE2b with a key of 16 to 64 bytes, 64 lower-case hexadecimal digits: whoever has the content
/// can tell that it is the same, and nobody else learns of it. Requires: the key is so long.
std::string keyed_digest(std::string_view key, std::string_view content);

/// SHA-256, 64 lower-case hexadecimal digits: what other tools are to compute as well.
std::string sha256(std::string_view content);

/// What a file holds, told apart from any other.
struct FileDigest {
    std::uint64_t bytes = 0;  ///< how many
    std::string sha256;       ///< as above

    bool operator==(const FileDigest&) const = default;  ///< compares both
};

/// Of a regular file, however long; what the system says when there is none, and for links and
/// devices as well, which are not followed. Blocking.
boost::system::result<FileDigest> digest_file(const std::string& path);

}  // namespace tripos
