// SPDX-License-Identifier: MIT
#include "operations/shown_text.hpp"

#include "core/text.hpp"

namespace tripos::operations {

std::string shown_text(std::string_view bytes) {
    if (is_valid_utf8(bytes)) {
        return std::string(bytes);
    }
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        text += c >= ' ' && c <= '~' ? std::string(1, c) : "\\x" + to_hex({&byte, 1});
    }
    return text;
}

}  // namespace tripos::operations
