// SPDX-License-Identifier: MIT
#include "sql/like.hpp"

namespace tripos::sql {

std::string like_literal(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') {
            pattern += '\\';
        }
        pattern += c;
    }
    return pattern;
}

}  // namespace tripos::sql
