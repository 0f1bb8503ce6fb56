// SPDX-License-Identifier: MIT
#pragma once
// Reference: the pages that list every setting, written from the option table so that they cannot
// say anything else than the program. Pure functions; the table must hold the defaults.

#include <string>
#include <vector>

#include "settings/option.hpp"

namespace tripos::settings {

/// docs/configuration.md: a table of settings per group.
std::string markdown_reference(const std::vector<Option>& table);
/// .env.example: every setting commented out with its default.
std::string dotenv_reference(const std::vector<Option>& table);

}  // namespace tripos::settings
