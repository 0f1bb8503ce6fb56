// SPDX-License-Identifier: MIT
#include "accounts/digest.hpp"

#include <sodium.h>

#include <array>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

using Bytes = std::array<std::uint8_t, crypto_generichash_BYTES>;

Bytes hash(std::string_view text, const Bytes* key) {
    Bytes out{};
    const int failed = crypto_generichash(out.data(), out.size(), bytes_of(text), text.size(),
                                          key == nullptr ? nullptr : key->data(),
                                          key == nullptr ? 0 : key->size());
    TRIPOS_ASSERT(failed == 0);
    return out;
}

}  // namespace

std::string token_digest(std::string_view token) {
    return to_hex(hash(token, nullptr));
}

std::string code_digest(const Secret& key, std::string_view user_id, std::string_view code) {
    const Bytes derived = hash("tripos one-time code\n" + key.reveal(), nullptr);
    return to_hex(hash(std::string(user_id) + "\n" + std::string(code), &derived));
}

std::string device_code(const Secret& key, std::string_view about) {
    const Bytes derived = hash("tripos known device\n" + key.reveal(), nullptr);
    return to_hex(hash(about, &derived));
}

std::string person_digest(const Secret& key, std::string_view kind, std::string_view value) {
    const Bytes derived = hash("tripos departed account\n" + key.reveal(), nullptr);
    return to_hex(hash(std::string(kind) + "\n" + std::string(value), &derived));
}

}  // namespace tripos::accounts
