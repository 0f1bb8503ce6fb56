// SPDX-License-Identifier: MIT
#include "accounts/whereabouts.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLongestDevice = 200;

}  // namespace

Whereabouts whereabouts_of(const http::Request& request) {
    auto device = std::string(request.header("user-agent").value_or(""));
    device.resize(std::min(device.size(), kLongestDevice));
    if (!is_valid_utf8(device) || has_control_characters(device)) {
        device.clear();
    }
    return {.ip = request.peer, .device = std::move(device)};
}

}  // namespace tripos::accounts
