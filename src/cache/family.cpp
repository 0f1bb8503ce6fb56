// SPDX-License-Identifier: MIT
#include "cache/family.hpp"

#include "core/assert.hpp"

namespace tripos::cache {

namespace {

/// FNV-1a: the same in every program, unlike std::hash.
std::uint32_t stable_hash(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash;
}

}  // namespace

Family::Family(FamilyOptions options, Decode decode)
    : options_(std::move(options)),
      decode_(std::move(decode)),
      name_(compile(options_.pattern)),
      fingerprint_(stable_hash(options_.name + '/' + options_.schema)) {
    TRIPOS_ASSERT(options_.tags.size() <= kMaxTags);
    TRIPOS_ASSERT(options_.ttl.count() > 0);
    for (const auto& tag : options_.tags) {
        tags_.push_back(compile(tag));
    }
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
        pattern.back().part = part;
        pattern.emplace_back();
        i += 2;
    }
    return pattern;
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
