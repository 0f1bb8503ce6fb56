// SPDX-License-Identifier: MIT
#include "core/csv.hpp"

#include <algorithm>

namespace tripos {

namespace {

/// The full-width forms of = + - @ begin a formula as well as themselves do.
constexpr std::string_view kFormula[] = {
    "=", "+", "-", "@", "\t", "\r", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};

bool begins_formula(std::string_view rest) {
    return std::any_of(std::begin(kFormula), std::end(kFormula),
                       [rest](std::string_view start) { return rest.starts_with(start); });
}

bool ends_cell(char c) {
    return c == ';' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

std::string csv_cell(std::string_view text) {
    std::string cell = "\"";
    bool is_start = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_start && begins_formula(text.substr(i))) {
            cell += '\'';
        }
        // A reader that splits at ';' sees no quotes around this cell, but those in it.
        is_start = ends_cell(c) || (is_start && (c == ' ' || c == '"'));
        cell += c == '"' ? "\"\"" : std::string(1, c);
    }
    return cell + '"';
}

}  // namespace tripos
