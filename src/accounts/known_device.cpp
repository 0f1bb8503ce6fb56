// SPDX-License-Identifier: MIT
#include "accounts/known_device.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "accounts/digest.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kDayDigits = 4;  // of a code; good for 179 years

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

std::string day_text(std::int64_t day) {
    return to_hex(std::array{static_cast<std::uint8_t>(day >> 8), static_cast<std::uint8_t>(day)});
}

std::int64_t read_day(std::string_view text) {
    std::int64_t day = 0;
    std::from_chars(text.data(), text.data() + text.size(), day, 16);
    return day;
}

}  // namespace

bool KnownDevice::is_shown(const http::Request& request) const {
    return !request.cookies(policy_.name_of(kCookie)).empty() || !request.cookies(kCookie).empty();
}

std::string KnownDevice::id_for(const http::Request& request, const User& account) const {
    auto id = id_under(policy_.name_of(kCookie), kAge, request, account);
    if (id.empty() && policy_.host_bound) {
        id = id_under(std::string(kCookie), kAgeUnbound, request, account);
    }
    return id;
}

std::string KnownDevice::id_under(const std::string& name, std::chrono::days most,
                                  const http::Request& request, const User& account) const {
    for (const auto cookie : request.cookies(name)) {
        const auto parts = parts_of(cookie);
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const auto day = parts[i].substr(0, kDayDigits);
            const bool is_live = today() - read_day(day) < most.count();
            if (is_live &&
                equal_in_constant_time(parts[i], code_of(name, parts[0], day, account))) {
                return std::string(parts[0]);
            }
        }
    }
    return {};
}

std::string KnownDevice::remember(const http::Request& request, const User& account) const {
    const auto name = policy_.name_of(kCookie);
    std::vector<std::string_view> parts;
    for (const auto cookie : request.cookies(name)) {
        if (parts.empty()) {
            parts = parts_of(cookie);
        }
    }
    const auto id = parts.empty() ? random_.hex(kIdBytes) : std::string(parts[0]);
    auto value = id + "." + code_of(name, id, day_text(today()), account);
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto day = parts[i].substr(0, kDayDigits);
        const bool is_own = parts[i] == code_of(name, id, day, account);
        if (!is_own && value.size() < kMostAccounts * (2 * kIdBytes + 1) + 2 * kIdBytes) {
            value.append(".").append(parts[i]);
        }
    }
    return set_cookie({.name = kCookie, .value = value, .path = "/api/auth", .age = kAge}, policy_);
}

/// Of its own name, too: whoever may set plain cookies from a neighbouring host cannot pass one for
/// another that is bound to this host.
std::string KnownDevice::code_of(std::string_view name, std::string_view id, std::string_view day,
                                 const User& account) const {
    const auto about = join({std::string(name), std::string(id), std::string(day), account.id,
                             std::to_string(account.generation)},
                            "\n");
    return std::string(day) + device_code(secret_, about).substr(0, 2 * kIdBytes - kDayDigits);
}

std::int64_t KnownDevice::today() const {
    return std::chrono::floor<std::chrono::days>(clock_.now()).time_since_epoch().count();
}

}  // namespace tripos::accounts
