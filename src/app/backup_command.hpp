// SPDX-License-Identifier: MIT
#pragma once
// `tripos backup`: copies the site, once or again and again, into a folder or as a stream, and
// looks whether a copy is whole.

#include <cstdint>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

struct BackupArguments {
    bool is_wanted = false;
    bool verifies = false;  ///< looks at `folder` instead of making it
    std::string folder;
    std::int64_t every = 0;  ///< seconds; 0: once
    std::string keep;        ///< with `every`: how many of them, as parse_retention() has it
    bool to_stdout = false;
};

/// The exit code.
int run_backup_command(const BackupArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
