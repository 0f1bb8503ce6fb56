// SPDX-License-Identifier: MIT
#include "redis/script.hpp"

#include <openssl/sha.h>

#include <array>

#include "core/text.hpp"

namespace tripos::redis {

namespace {

std::string sha1_hex(const std::string& text) {
    std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return to_hex(digest);
}

}  // namespace

Script::Script(std::string name, std::string source)
    : name_(std::move(name)), source_(std::move(source)), sha1_(sha1_hex(source_)) {}

}  // namespace tripos::redis
