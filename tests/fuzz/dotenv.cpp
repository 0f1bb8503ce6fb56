// SPDX-License-Identifier: MIT
#include "settings/dotenv.hpp"

#include "fuzz/fuzz.hpp"

namespace tripos::fuzz {

namespace {

/// In the form that leaves the value as it stands.
std::string line_of(const std::string& key, const std::string& value) {
    const bool has_double = value.find('"') != std::string::npos;
    const bool has_single = value.find('\'') != std::string::npos;
    const std::string quote = has_double && has_single ? "" : has_double ? "'" : "\"";
    return "export " + key + "=" + quote + value + quote + " # as it was\r\n";
}

}  // namespace

void dotenv(std::string_view input) {
    const auto values = settings::parse_dotenv(input);
    if (!values) {
        require(values.error().message.size() < 200, "a refusal repeats nothing of the file");
        return;
    }
    std::string written;
    for (const auto& [key, value] : *values) {
        require(value.find('\n') == std::string::npos, "a value is of one line");
        written += line_of(key, value);
    }
    const auto again = settings::parse_dotenv(written);
    require(again && *again == *values, "values written down are the same values");
}

}  // namespace tripos::fuzz
