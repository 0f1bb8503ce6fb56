// SPDX-License-Identifier: MIT
#pragma once
// Whether a table is there, asked of either engine without an error where it is not.

#include <string_view>

#include "sql/session.hpp"

namespace tripos::sql {

bool has_table(Session& session, std::string_view name);

}  // namespace tripos::sql
