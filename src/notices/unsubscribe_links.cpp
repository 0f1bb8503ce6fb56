// SPDX-License-Identifier: MIT
#include "notices/unsubscribe_links.hpp"

#include <sodium.h>

#include <array>

#include "core/assert.hpp"
#include "core/id.hpp"
#include "core/text.hpp"

namespace tripos::notices {

namespace {

constexpr std::size_t kIdLength = 36;

/// 16 bytes of keyed BLAKE2b, as hex.
std::string mac_of(const std::string& key, std::string_view text) {
    std::array<std::uint8_t, 16> mac{};
    const int failed = crypto_generichash(mac.data(), mac.size(), bytes_of(text), text.size(),
                                          bytes_of(key), key.size());
    TRIPOS_ASSERT(failed == 0);
    return to_hex(mac);
}

Secret link_key(const Secret& secret) {
    const std::string input = "tripos unsubscribe links\n" + secret.reveal();
    std::string key(crypto_generichash_KEYBYTES, '\0');
    const int failed = crypto_generichash(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                                          bytes_of(input), input.size(), nullptr, 0);
    TRIPOS_ASSERT(failed == 0);
    return Secret(std::move(key));
}

}  // namespace

UnsubscribeLinks::UnsubscribeLinks(const Secret& secret, std::string base_url)
    : key_(link_key(secret)), base_url_(std::move(base_url)) {}

std::string UnsubscribeLinks::link_for(std::string_view mail_id) const {
    return base_url_ + "/unsubscribe/" + token_for(mail_id);
}

std::string UnsubscribeLinks::token_for(std::string_view mail_id) const {
    TRIPOS_ASSERT(mail_id.size() == kIdLength);
    return std::string(mail_id) + "-" + mac_of(key_.reveal(), mail_id);
}

std::optional<std::string> UnsubscribeLinks::mail_of(std::string_view token) const {
    const auto id = token.substr(0, kIdLength);
    if (!is_uuid(id) || token.size() <= kIdLength || token[kIdLength] != '-' ||
        !equal_in_constant_time(token, token_for(id))) {
        return std::nullopt;
    }
    return std::string(id);
}

}  // namespace tripos::notices
