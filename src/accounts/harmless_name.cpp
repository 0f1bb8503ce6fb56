// SPDX-License-Identifier: MIT
#include "accounts/harmless_name.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kMostCharacters = 60;  // characters

/// Marks and overrides of direction; none of them is seen.
constexpr std::array<std::string_view, 12> kUnseen = {"\u200B", "\u200E", "\u200F", "\u202A",
                                                      "\u202B", "\u202C", "\u202D", "\u202E",
                                                      "\u2066", "\u2067", "\u2068", "\u2069"};

/// What an address is made of, as far as names can do without it. NFKC has made one dot of most.
constexpr std::array<std::string_view, 6> kJoints = {".", ":", "/", "\\", "@", "\u3002"};

bool is_blank(std::string_view character) {
    return character == " " || has_control_characters(character);
}

/// The first code point. Requires: valid UTF-8, not empty.
std::string_view first_of(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
        ++size;
    }
    return text.substr(0, size);
}

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::string harmless_name(std::string_view name) {
    const auto text = normalize(name);
    std::string out;
    std::size_t length = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const auto one = first_of(rest);
        rest.remove_prefix(one.size());
        if (contains(kUnseen, one)) {
            continue;
        }
        // "St. John" keeps its full stop, "example.org" does not.
        const bool joins = contains(kJoints, one) && !rest.empty() && !is_blank(first_of(rest));
        if (joins || is_blank(one)) {
            if (out.empty() || out.back() == ' ') {
                continue;
            }
            out += ' ';
        } else {
            out += one;
        }
        if (++length == kMostCharacters) {
            break;
        }
    }
    return std::string(trim(out));
}

}  // namespace tripos::accounts
