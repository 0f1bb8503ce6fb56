// SPDX-License-Identifier: MIT
#include "accounts/password_rules.hpp"

#include <zxcvbn.h>

#include <array>

#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::accounts {

namespace {

constexpr std::size_t kLongestHashed = 1000;  // bytes

/// What a guesser who knows the usual lists, keyboards and dates tries within the first 260,000:
/// "tripos" and "password1" are below, two words that do not belong together above.
constexpr double kCommonBits = 18;

/// The time of an estimate grows with the fourth power of the length: half a millisecond for the
/// worst of 16 bytes, a quarter of a second for that of 64, and everybody's hashes wait for it.
/// What is common is so at its beginning.
constexpr std::size_t kEstimatedBytes = 16;

bool is_common(const std::string& password) {
    std::array<const char*, 2> own_words{"tripos", nullptr};
    const auto start = password.substr(0, kEstimatedBytes);
    return ZxcvbnMatch(start.c_str(), own_words.data(), nullptr) < kCommonBits;
}

}  // namespace

std::optional<std::string> length_problem_of(const Secret& password, const PasswordRules& rules) {
    if (utf8_length(comparable_form(password).reveal()) < rules.min_length) {
        return "Password must be at least " + std::to_string(rules.min_length) + " characters long";
    }
    if (password.reveal().size() > kLongestHashed) {
        return "Password must be at most 1000 bytes long";
    }
    return std::nullopt;
}

std::optional<std::string> problem_of(const Secret& password, const PasswordRules& rules) {
    if (auto problem = length_problem_of(password, rules)) {
        return problem;
    }
    if (rules.refuse_common && is_common(comparable_form(password).reveal())) {
        return "This password is one of those that are guessed first. Please choose another";
    }
    return std::nullopt;
}

Secret comparable_form(const Secret& password) {
    constexpr std::string_view kOghamSpace = "\u1680";  // the one space that NFKC leaves
    auto text = normalize(password.reveal());
    for (auto at = text.find(kOghamSpace); at != std::string::npos; at = text.find(kOghamSpace)) {
        text.replace(at, kOghamSpace.size(), " ");
    }
    return Secret(std::move(text));
}

}  // namespace tripos::accounts
