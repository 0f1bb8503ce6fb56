// SPDX-License-Identifier: MIT
#pragma once
// Splits the text of a migration into statements.

#include <string_view>
#include <vector>

namespace tripos::sql {

/// The statements of `text` between semicolons, trimmed, empty ones left out. Semicolons in 'text',
/// "names" and
/// -- comments do not count.
std::vector<std::string_view> split_statements(std::string_view text);

}  // namespace tripos::sql
