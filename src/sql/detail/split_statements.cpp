// SPDX-License-Identifier: MIT
#include "sql/detail/split_statements.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::sql {

namespace {

/// True if only comments and blanks are left.
bool is_blank(std::string_view statement) {
    for (const auto line : split(statement, '\n')) {
        const auto rest = trim(line);
        if (!rest.empty() && rest.substr(0, 2) != "--") {
            return false;
        }
    }
    return true;
}

/// The index behind the quoted text or comment that starts at `at`, or `at` if none starts there.
std::size_t skip_opaque(std::string_view text, std::size_t at) {
    std::size_t end = at;
    if (text[at] == '\'' || text[at] == '"') {
        end = text.find(text[at], at + 1);  // a doubled quote reads as two quoted texts
    } else if (text.substr(at, 2) == "--") {
        end = text.find('\n', at);
    } else {
        return at;
    }
    return end == std::string_view::npos ? text.size() : end + 1;
}

}  // namespace

std::vector<std::string_view> split_statements(std::string_view text) {
    std::vector<std::string_view> statements;
    std::size_t start = 0;
    std::size_t at = 0;
    const auto finish = [&] {
        const auto statement = trim(text.substr(start, at - start));
        if (!is_blank(statement)) {
            statements.push_back(statement);
        }
        start = at + 1;
    };
    while (at < text.size()) {
        if (const auto behind = skip_opaque(text, at); behind != at) {
            at = behind;
        } else {
            if (text[at] == ';') {
                finish();
            }
            ++at;
        }
    }
    finish();
    return statements;
}

}  // namespace tripos::sql
