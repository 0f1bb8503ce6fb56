// SPDX-License-Identifier: MIT
#include "accounts/link_token.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLinkTokenBytes = 32;

}  // namespace

std::string new_link_token(Random& random) {
    return random.hex(kLinkTokenBytes);
}

bool looks_like_link_token(const std::string& token) {
    return token.size() == 2 * kLinkTokenBytes &&
           std::all_of(token.begin(), token.end(), is_hex_digit);
}

}  // namespace tripos::accounts
