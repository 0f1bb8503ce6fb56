// SPDX-License-Identifier: MIT
#pragma once
// `tripos cache ...`: asks the control socket's routes of operations/cache_api
// and shows the answers as tables, or as the JSON they are.

#include <string>
#include <vector>

#include "app/config.hpp"

namespace tripos::app {

/// As it was typed. What was not is empty.
struct CacheArguments {
    std::string action;  ///< the word after `cache`, for example "stats"; empty: another command
    std::string key;
    std::string exam;
    std::string family;  ///< clear: only this one
    std::vector<std::string> keys;
    std::vector<std::string> tags;
    bool confirmed = false;  ///< clear: everything
};

/// Returns the exit code. Throws StartFailure, SystemError.
int run_cache_command(const CacheArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
