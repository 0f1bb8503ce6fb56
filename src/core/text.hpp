// SPDX-License-Identifier: MIT
#pragma once
// Small text helpers, ASCII unless said. Pure functions, thread-safe.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tripos {

std::string_view trim(std::string_view text);  ///< without spaces, tabs, CR and LF at both ends
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// What was said over several lines; each without spaces at its ends.
std::string on_one_line(std::string_view text);
/// "1 job", "2 jobs".
std::string counted(std::int64_t count, std::string_view noun);
std::vector<std::string_view> split(std::string_view text, char separator);  ///< keeps empty parts
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

// ASCII, all three.
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_alphanumeric(char c) {
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}
constexpr bool is_hex_digit(char c) {
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}
/// As libsodium takes them.
const unsigned char* bytes_of(std::string_view text);
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Strict decimal: optional minus, digits, nothing else, within range.
std::optional<std::int64_t> parse_int(std::string_view text);

/// A decimal number as people write it: spaces around, a sign (+, -, or U+2212), digits with at
/// most one point, an exponent. Nothing for anything else, and for what is beyond a double or too
/// small for one: that is not zero.
std::optional<double> parse_number(std::string_view text);

/// Well-formed UTF-8 without surrogates and overlong forms (RFC 3629).
bool is_valid_utf8(std::string_view text);
/// Number of code points. Requires: valid UTF-8.
std::size_t utf8_length(std::string_view text);
/// True if there is a control character: below U+0020, U+007F to U+009F, or a line or paragraph
/// separator (U+2028, U+2029). `allow` lists those below U+0020 that are fine, for example "\n\t";
/// with '\n' the separators are fine too.
bool has_control_characters(std::string_view text, std::string_view allow = {});

/// &, <, >, " and ' as HTML entities.
std::string escape_html(std::string_view text);

std::string base64_encode(std::span<const std::uint8_t> bytes);
std::optional<std::string> base64_decode(std::string_view text);  ///< standard alphabet, padded

/// Edit distance, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace tripos
