// SPDX-License-Identifier: MIT
#include "settings/dotenv.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "core/text.hpp"

namespace tripos::settings {

namespace {

bool is_key(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

/// The value of one .env line: quoted text as it stands, bare text up to a comment.
std::optional<std::string> dotenv_value(std::string_view text) {
    text = trim(text);
    if (text.empty()) {
        return std::string();
    }
    const char quote = text.front();
    if (quote == '"' || quote == '\'') {
        const auto end = text.find(quote, 1);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        return std::string(text.substr(1, end - 1));
    }
    const auto comment = text.find(" #");
    return std::string(trim(text.substr(0, comment)));
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
                                 "must read KEY=value, with quotes closed");
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
    std::ifstream file(path);
    if (!file) {
        return Values();
    }
    std::ostringstream text;
    text << file.rdbuf();
    return parse_dotenv(text.str());
}

}  // namespace tripos::settings
