// SPDX-License-Identifier: MIT
#include "mail/near_addresses.hpp"

#include <algorithm>
#include <set>

namespace tripos::mail {

namespace {

constexpr std::string_view kKeys = "abcdefghijklmnopqrstuvwxyz0123456789._-";

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

}  // namespace

std::vector<std::string> one_slip_away(std::string_view canonical) {
    if (canonical.size() > kLongestMistyped || !is_ascii(canonical)) {
        return {};
    }
    const std::string text(canonical);
    std::set<std::string> found;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        for (const char key : kKeys) {
            found.insert(text.substr(0, i) + key + text.substr(i));
            if (i < text.size() && text[i] != '@') {
                found.insert(text.substr(0, i) + key + text.substr(i + 1));
            }
        }
        if (i < text.size() && text[i] != '@') {
            found.insert(text.substr(0, i) + text.substr(i + 1));
        }
        if (i + 1 < text.size()) {
            auto swapped = text;
            std::swap(swapped[i], swapped[i + 1]);
            found.insert(std::move(swapped));
        }
    }
    found.erase(text);
    return {found.begin(), found.end()};
}

std::string_view before_domain(std::string_view canonical) {
    return canonical.substr(0, canonical.rfind('@') + 1);
}

}  // namespace tripos::mail
