// SPDX-License-Identifier: MIT
#pragma once
// Text from outside within a LIKE pattern. Pure.

#include <string>
#include <string_view>

namespace tripos::sql {

/// Part of a pattern that matches the text as it stands: "... LIKE $1 ESCAPE '\'".
std::string like_literal(std::string_view text);

}  // namespace tripos::sql
