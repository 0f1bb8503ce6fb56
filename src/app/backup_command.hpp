// SPDX-License-Identifier: MIT
#pragma once
// `tripos backup`: copies the site, and looks whether a copy is whole.

#include <string>

#include "app/config.hpp"

namespace tripos::app {

struct BackupArguments {
    bool is_wanted = false;
    bool verifies = false;  ///< looks at `folder` instead of making it
    std::string folder;
};

/// The exit code.
int run_backup_command(const BackupArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
