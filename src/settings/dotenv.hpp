// SPDX-License-Identifier: MIT
#pragma once
// Where raw values come from: a .env file and the environment. The only module that reads the
// environment. Stateless; thread-safe while nobody changes the environment.

#include <map>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace tripos::settings {

using Values = std::map<std::string, std::string, std::less<>>;

/// Parses the text of a .env file: KEY=value lines, '#' comments, optional quotes and `export`. An
/// Error names the line.
Result<Values> parse_dotenv(std::string_view text);

/// The .env of a folder; empty when there is none. Anything else that keeps it from being read is
/// an Error: a site must not come up with defaults because of a file's mode.
Result<Values> read_dotenv_file(const std::string& path);

/// The process's environment.
Values read_environment();

}  // namespace tripos::settings
