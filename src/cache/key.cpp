// SPDX-License-Identifier: MIT
#include "cache/key.hpp"

#include <algorithm>
#include <functional>

#include "cache/family.hpp"
#include "core/assert.hpp"

namespace tripos::cache {

namespace {

/// Colons could make it the name of another family's value; braces would move the value and its
/// lease to different slots of a Redis Cluster. A table: every look-up makes a key.
constexpr auto kForbidden = [] {
    std::array<bool, 256> forbidden{};
    std::fill_n(forbidden.begin(), ' ', true);
    for (const unsigned char c : {':', '{', '}'}) {
        forbidden[c] = true;
    }
    return forbidden;
}();

bool is_plain(std::string_view part) {
    return std::none_of(part.begin(), part.end(),
                        [](char c) { return kForbidden[static_cast<unsigned char>(c)]; });
}

}  // namespace

std::uint64_t hash_of(std::string_view name) {
    return std::hash<std::string_view>()(name);
}

Key::Key(const Family& family, std::span<const std::string_view> parts) : family_(&family) {
    TRIPOS_ASSERT(parts.size() <= kMaxParts);
    for (const auto part : parts) {
        if (!is_plain(part) || !append(part)) {
            return;
        }
        part_ends_[part_count_++] = used_;
    }
    name_begin_ = used_;
    for (const auto& piece : family.name_) {
        if (!append(piece.text)) {
            return;
        }
        if (piece.part >= 0) {
            const auto text = part(static_cast<std::size_t>(piece.part));
            if (text.empty() || !append(text)) {
                return;
            }
        }
    }
    size_ = static_cast<std::uint8_t>(used_ - name_begin_);
    hash_ = hash_of(name());
}

bool Key::append(std::string_view text) {
    if (text.size() > kCapacity - used_) {
        return false;
    }
    text.copy(text_.data() + used_, text.size());
    used_ = static_cast<std::uint8_t>(used_ + text.size());
    return true;
}

std::string_view Key::part(std::size_t index) const {
    if (index >= part_count_) {
        return {};
    }
    const std::size_t begin = index == 0 ? 0 : part_ends_[index - 1];
    return std::string_view(text_.data() + begin, part_ends_[index] - begin);
}

std::vector<std::string> Key::tags() const {
    std::vector<std::string> tags;
    for (const auto& pattern : family_->tags_) {
        std::string tag;
        for (const auto& piece : pattern) {
            tag += piece.text;
            if (piece.part >= 0) {
                tag += part(static_cast<std::size_t>(piece.part));
            }
        }
        tags.push_back(std::move(tag));
    }
    return tags;
}

}  // namespace tripos::cache
