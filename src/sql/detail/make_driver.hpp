// SPDX-License-Identifier: MIT
#pragma once
// Which engine an address names.

#include <memory>

#include "core/result.hpp"
#include "sql/database.hpp"
#include "sql/detail/connection.hpp"

namespace tripos::sql {

/// The path of a sqlite: address; nothing: it names another engine.
std::optional<std::string> sqlite_path(std::string_view url);

/// An Error whose text says what is wrong with the address, and never repeats it: it may hold a
/// password.
Result<std::unique_ptr<Driver>> make_driver(const DatabaseOptions& options);

/// As make_driver(), which must have worked: throws SystemError.
std::unique_ptr<Driver> require_driver(const DatabaseOptions& options);

}  // namespace tripos::sql
