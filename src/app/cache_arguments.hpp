// SPDX-License-Identifier: MIT
#pragma once
// CacheArguments: `tripos cache ...` as it was typed.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tripos::app {

/// What was not typed is empty.
struct CacheArguments {
    std::string action;  ///< the word after `cache`, for example "stats"; empty: another command
    std::string key;
    std::string exam;
    std::string family;  ///< clear: only this one
    std::vector<std::string> keys;
    std::vector<std::string> tags;
    bool confirmed = false;  ///< clear: everything
};

/// Adds the command `cache` with its own commands; parsing fills `arguments`, which outlives
/// `program`.
void add_cache_commands(CLI::App& program, CacheArguments& arguments);

}  // namespace tripos::app
