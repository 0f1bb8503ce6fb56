// SPDX-License-Identifier: MIT
#include "core/digest.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos {

std::string content_digest(std::string_view content) {
    std::array<std::uint8_t, crypto_generichash_BYTES_MIN> digest{};
    const int failed = crypto_generichash(digest.data(), digest.size(),
                                          reinterpret_cast<const unsigned char*>(content.data()),
                                          content.size(), nullptr, 0);
    TRIPOS_ASSERT(failed == 0);
    return to_hex(digest);
}

std::string sha256(std::string_view content) {
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(content.data()),
                       content.size());
    return to_hex(digest);
}

std::string keyed_digest(std::string_view key, std::string_view content) {
    std::array<std::uint8_t, crypto_generichash_BYTES> digest{};
    const int failed = crypto_generichash(
        digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(content.data()),
        content.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
    TRIPOS_ASSERT(failed == 0);
    return to_hex(digest);
}

boost::system::result<FileDigest> digest_file(const std::string& path) {
    const auto problem = [](int number) {
        return boost::system::error_code(number, boost::system::system_category());
    };
    // A pipe would let us wait for ever.
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) {
        return problem(errno);
    }
    struct stat about {};
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(file);
        return problem(EINVAL);
    }
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    std::vector<unsigned char> chunk(std::size_t{1} << 20);
    FileDigest digest;
    ssize_t count = 0;
    while ((count = read(file, chunk.data(), chunk.size())) > 0) {
        crypto_hash_sha256_update(&state, chunk.data(), static_cast<std::size_t>(count));
        digest.bytes += static_cast<std::uint64_t>(count);
    }
    const int failure = errno;
    close(file);
    if (count < 0) {
        return problem(failure);
    }
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> sum{};
    crypto_hash_sha256_final(&state, sum.data());
    digest.sha256 = to_hex(sum);
    return digest;
}

}  // namespace tripos
