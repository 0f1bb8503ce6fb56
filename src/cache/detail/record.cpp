// SPDX-License-Identifier: MIT
#include "cache/detail/record.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::cache {

namespace {

constexpr std::string_view kKey = "key ";
constexpr std::string_view kTag = "tag ";
constexpr std::string_view kAll = "all";
constexpr char kAlike = '+';

/// A byte of UTF-8 that continues a character.
bool is_inside_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The line that `+<n> <rest>` stands for; empty when it is not of that form.
std::string whole_line(std::string_view line, std::string_view before) {
    const auto space = line.find(' ');
    const auto alike =
        space == std::string_view::npos ? std::nullopt : parse_int(line.substr(1, space - 1));
    if (!alike || *alike < 0 || static_cast<std::size_t>(*alike) > before.size()) {
        return {};
    }
    return std::string(before.substr(0, static_cast<std::size_t>(*alike)))
        .append(line.substr(space + 1));
}

}  // namespace

std::string to_text(const Record& record) {
    std::string text;
    for (const auto& name : record.names) {
        text.append(kKey).append(name) += '\n';
    }
    for (const auto& tag : record.tags) {
        text.append(kTag).append(tag) += '\n';
    }
    if (record.is_everything) {
        text.append(kAll) += '\n';
    }
    return text;
}

void RecordLines::append(std::string_view record) {
    for (auto rest = record; !rest.empty();) {
        const auto end = rest.find('\n');
        const auto line = rest.substr(0, end);
        const auto differs =
            std::mismatch(line.begin(), line.end(), before_.begin(), before_.end());
        auto alike = static_cast<std::size_t>(differs.first - line.begin());
        while (alike > 0 && alike < line.size() && is_inside_character(line[alike])) {
            --alike;  // the column is TEXT: PostgreSQL refuses half a character
        }
        text_.append(1, kAlike).append(std::to_string(alike)).append(" ");
        text_.append(line.substr(alike)).append("\n");
        before_ = line;
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
}

Record parse_record(std::string_view text) {
    Record record;
    std::string before;
    for (const auto given : split(text, '\n')) {
        const auto line =
            given.starts_with(kAlike) ? whole_line(given, before) : std::string(given);
        before = line;
        if (line.starts_with(kKey)) {
            record.names.push_back(line.substr(kKey.size()));
        } else if (line.starts_with(kTag)) {
            record.tags.push_back(line.substr(kTag.size()));
        } else if (line == kAll) {
            record.is_everything = true;
        }
    }
    return record;
}

}  // namespace tripos::cache
