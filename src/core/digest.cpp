// SPDX-License-Identifier: MIT
#include "core/digest.hpp"

#include <sodium.h>

#include <array>

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

}  // namespace tripos
