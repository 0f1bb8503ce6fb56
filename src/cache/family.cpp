// SPDX-License-Identifier: MIT
#include "cache/family.hpp"

#include <algorithm>

#include "core/assert.hpp"
#include "core/stable_hash.hpp"
#include "core/text.hpp"

namespace tripos::cache {

namespace {

std::vector<std::string_view> segments_of(std::string_view pattern) {
    return split(pattern, ':');
}

bool is_part(std::string_view segment) {
    return segment.starts_with('{');
}

}  // namespace

Family::Family(FamilyOptions options, Decode decode, Weigh weigher)
    : options_(std::move(options)),
      decode_(std::move(decode)),
      weigh_(weigher),
      name_(compile(options_.pattern)),
      fingerprint_(stable_hash(options_.name + '/' + options_.schema)) {
    TRIPOS_ASSERT(options_.tags.size() <= kMaxTags);
    TRIPOS_ASSERT(options_.ttl.count() > 0 && !options_.name.empty());
    for (const auto& tag : options_.tags) {
        tags_.push_back(compile(tag));
    }
    check_name();
    check_parts();
}

/// A part is a whole segment, so that names of two patterns can be told apart; and none may be that
/// of a version (names.hpp).
void Family::check_name() const {
    const auto segments = segments_of(options_.pattern);
    for (const auto segment : segments) {
        const bool is_text = segment.find_first_of("{}") == std::string_view::npos;
        TRIPOS_ASSERT(is_text || (is_part(segment) && segment.size() == 3));
    }
    TRIPOS_ASSERT(segments.front() != "cachetag" && segments.front() != "cachegen");
    TRIPOS_ASSERT(segments.size() == 1 || !is_part(segments.front()));
}

void Family::check_parts() const {
    for (std::size_t i = 0; i < part_count_; ++i) {
        const std::string part = "{" + std::to_string(i) + "}";
        const auto uses = [&part](const std::string& text) {
            return text.find(part) != std::string::npos;
        };
        TRIPOS_ASSERT(uses(options_.pattern) ||
                      std::any_of(options_.tags.begin(), options_.tags.end(), uses));
    }
}

bool Family::may_meet(const Family& other) const {
    const auto ours = segments_of(options_.pattern);
    const auto theirs = segments_of(other.options_.pattern);
    return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                      [](std::string_view one, std::string_view another) {
                          return is_part(one) || is_part(another) || one == another;
                      });
}

Family::Pattern Family::compile(std::string_view text) {
    Pattern pattern(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '{') {
            pattern.back().text += text[i];
            continue;
        }
        TRIPOS_ASSERT(i + 2 < text.size() && text[i + 2] == '}');
        const int part = text[i + 1] - '0';
        TRIPOS_ASSERT(part >= 0 && part < static_cast<int>(Key::kMaxParts));
        part_count_ = std::max(part_count_, static_cast<std::size_t>(part) + 1);
        pattern.back().part = part;
        pattern.emplace_back();
        i += 2;
    }
    return pattern;
}

std::shared_ptr<const void> Family::decode(Bytes bytes) const {
    try {
        return decode_(std::move(bytes));
    } catch (...) {
        return nullptr;  // of these bytes only: other values were read in the same turn
    }
}

std::optional<Key> Family::parse(std::string_view name) const {
    std::array<std::string_view, Key::kMaxParts> parts;
    std::size_t count = 0;
    for (const auto& piece : name_) {
        if (!name.starts_with(piece.text)) {
            return std::nullopt;
        }
        name.remove_prefix(piece.text.size());
        if (piece.part < 0) {
            continue;
        }
        const auto part = name.substr(0, name.find(':'));
        if (part.empty()) {
            return std::nullopt;
        }
        const auto index = static_cast<std::size_t>(piece.part);
        parts[index] = part;
        count = std::max(count, index + 1);
        name.remove_prefix(part.size());
    }
    if (!name.empty()) {
        return std::nullopt;
    }
    return key(std::span<const std::string_view>(parts.data(), count));
}

}  // namespace tripos::cache
