// SPDX-License-Identifier: MIT
#include "accounts/known_device.hpp"

#include <algorithm>
#include <vector>

#include "accounts/digest.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kIdBytes = 16;

/// The id, then the codes, the latest account first. Empty: not a cookie of ours.
std::vector<std::string_view> parts_of(std::string_view cookie) {
    auto parts = split(cookie, '.');
    const bool is_ours = std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
        return part.size() == 2 * kIdBytes && std::all_of(part.begin(), part.end(), is_hex_digit);
    });
    if (!is_ours || parts.size() > KnownDevice::kMostAccounts + 1) {
        parts.clear();
    }
    return parts;
}

}  // namespace

std::string KnownDevice::id_for(const http::Request& request, std::string_view account) const {
    for (const auto cookie : request.cookies(kCookie)) {
        const auto parts = parts_of(cookie);
        for (std::size_t i = 1; i < parts.size(); ++i) {
            if (equal_in_constant_time(parts[i], code_of(parts[0], account))) {
                return std::string(parts[0]);
            }
        }
    }
    return {};
}

std::string KnownDevice::remember(const http::Request& request, std::string_view account) const {
    std::vector<std::string_view> parts;
    for (const auto cookie : request.cookies(kCookie)) {
        if (parts.empty()) {
            parts = parts_of(cookie);
        }
    }
    const auto id = parts.empty() ? random_.hex(kIdBytes) : std::string(parts[0]);
    const auto own = code_of(id, account);
    auto value = id + "." + own;
    for (std::size_t i = 1; i < parts.size() && i < kMostAccounts + 1; ++i) {
        if (parts[i] != own && value.size() < kMostAccounts * (2 * kIdBytes + 1) + 2 * kIdBytes) {
            value.append(".").append(parts[i]);
        }
    }
    return set_cookie({.name = kCookie, .value = value, .path = "/api/auth", .age = kAge}, policy_);
}

std::string KnownDevice::code_of(std::string_view id, std::string_view account) const {
    return device_code(secret_, id, account).substr(0, 2 * kIdBytes);
}

}  // namespace tripos::accounts
