// SPDX-License-Identifier: MIT
#include "cache/detail/record.hpp"

#include "core/text.hpp"

namespace tripos::cache {

namespace {

constexpr std::string_view kKey = "key ";
constexpr std::string_view kTag = "tag ";
constexpr std::string_view kAll = "all";

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

Record parse_record(std::string_view text) {
    Record record;
    for (const auto line : split(text, '\n')) {
        if (line.starts_with(kKey)) {
            record.names.emplace_back(line.substr(kKey.size()));
        } else if (line.starts_with(kTag)) {
            record.tags.emplace_back(line.substr(kTag.size()));
        } else if (line == kAll) {
            record.is_everything = true;
        }
    }
    return record;
}

}  // namespace tripos::cache
