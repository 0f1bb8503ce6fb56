// SPDX-License-Identifier: MIT
#include "http/json_text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace tripos::http {

namespace {

constexpr std::string_view kOfNumbers = "+-.0123456789E";

/// Where the string that begins at `at` has ended.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    ++at;
    while (text[at] != '"') {
        at += text[at] == '\\' ? 2 : 1;
    }
    return at + 1;
}

void append_number(std::string& out, std::string_view token) {
    if (token.find('E') == std::string_view::npos) {
        out += token;
        return;
    }
    std::array<char, 32> shortest{};
    const auto number = std::strtod(std::string(token).c_str(), nullptr);
    const auto end = std::to_chars(shortest.data(), shortest.data() + shortest.size(), number).ptr;
    out.append(shortest.data(), end);
}

}  // namespace

std::string json_text(const boost::json::value& value) {
    const auto text = boost::json::serialize(value);
    if (text.find('E') == std::string::npos) {  // Boost.JSON writes every double with one
        return text;
    }
    const std::string_view view = text;
    std::string out;
    for (std::size_t at = 0; at < view.size();) {
        auto end = at + 1;
        if (view[at] == '"') {
            end = end_of_string(view, at);
        } else if (kOfNumbers.find(view[at]) != std::string_view::npos) {
            end = std::min(view.find_first_not_of(kOfNumbers, at), view.size());
            append_number(out, view.substr(at, end - at));
            at = end;
            continue;
        }
        out += view.substr(at, end - at);
        at = end;
    }
    return out;
}

}  // namespace tripos::http
