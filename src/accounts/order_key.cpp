// SPDX-License-Identifier: MIT
#include "accounts/order_key.hpp"

#include "core/id.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLongestKey = 100;

}  // namespace

Result<std::string> read_order_key(const http::Request& request) {
    std::string key(request.header("idempotency-key").value_or(""));
    if (key.size() > kLongestKey) {
        return invalid_field("Idempotency-Key", "Idempotency-Key has at most 100 bytes");
    }
    return key;
}

Result<std::string> read_id_of_made(const http::Request& request, const Principal& caller) {
    const auto key = read_order_key(request);
    if (!key || key->empty()) {
        return key;
    }
    // No header has a line break, so that no two orders come to the same text.
    return id_of(caller.user_id + "\n" + *key + "\n" + request.body);
}

}  // namespace tripos::accounts
