// SPDX-License-Identifier: MIT
#pragma once
// StatementHash: finds statements by their text without making a std::string of it. Length and end
// tell them apart well enough, and a long one is not read twice.

#include <algorithm>
#include <functional>
#include <string_view>

namespace tripos::sql {

/// Of containers with std::equal_to<>.
struct StatementHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        constexpr std::size_t end = 32;
        const auto tail = text.substr(text.size() - std::min(text.size(), end));
        return std::hash<std::string_view>()(tail) + text.size();
    }
};

}  // namespace tripos::sql
