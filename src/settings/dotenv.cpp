// SPDX-License-Identifier: MIT
#include "settings/dotenv.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "core/file.hpp"
#include "core/text.hpp"

namespace tripos::settings {

namespace {

bool is_key(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

/// Without what follows a # that begins a word.
std::string_view without_comment(std::string_view text) {
    for (auto at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
        if (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) {
            return trim(text.substr(0, at));
        }
    }
    return trim(text);
}

/// What stands behind the = of one line: quoted text as it stands, bare text up to a comment;
/// nothing when a quote is not closed, or is followed by anything but a comment.
std::optional<std::string> dotenv_value(std::string_view text) {
    const auto value = trim(text);
    if (!value.starts_with('"') && !value.starts_with('\'')) {
        return std::string(without_comment(text));
    }
    const auto end = value.find(value.front(), 1);
    if (end == std::string_view::npos || !without_comment(value.substr(end + 1)).empty()) {
        return std::nullopt;
    }
    return std::string(value.substr(1, end - 1));
}

}  // namespace

Result<Values> parse_dotenv(std::string_view text) {
    Values values;
    int number = 0;
    for (auto line : split(text, '\n')) {
        ++number;
        line = trim(line);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (line.starts_with("export ")) {
            line = trim(line.substr(7));
        }
        const auto equals = line.find('=');
        const auto key = trim(line.substr(0, equals));
        const auto value =
            equals == std::string_view::npos ? std::nullopt : dotenv_value(line.substr(equals + 1));
        if (!is_key(key) || !value) {
            // The line itself may hold a secret, so only its number is said.
            return invalid_field(".env line " + std::to_string(number),
                                 "must read KEY=value, with quotes closed and nothing but a "
                                 "comment behind them");
        }
        values[std::string(key)] = *value;
    }
    return values;
}

Values read_environment() {
    Values values;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        if (const auto equals = text.find('='); equals != std::string_view::npos) {
            values[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
        }
    }
    return values;
}

Result<Values> read_dotenv_file(const std::string& path) {
    const auto text = read_file(path);
    if (text) {
        return parse_dotenv(*text);
    }
    if (text.error() == boost::system::errc::no_such_file_or_directory) {
        return Values();
    }
    return invalid_field(path, "cannot be read: " + text.error().message());
}

}  // namespace tripos::settings
