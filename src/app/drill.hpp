// SPDX-License-Identifier: MIT
#pragma once
// A drill: a backup is restored into a temporary folder, on PostgreSQL into a database of its own
// beside the site's, and a server started on it, which then says what it has. Nothing of the site
// is touched, and nothing stays. Blocking; for the command line only.

#include <chrono>
#include <optional>
#include <string>

#include "app/backup_folder.hpp"
#include "app/config.hpp"

namespace tripos::app {

struct DrillReport {
    Manifest manifest;
    std::optional<std::size_t> scores;     ///< of attempts, compared; a dump is not asked for them
    std::chrono::milliseconds age{};       ///< of the backup: what a loss now would cost
    std::chrono::duration<double> took{};  ///< until the server answered on it
};

/// An Error names what is not whole, or not as in the backup. Throws SystemError when the server
/// does not start.
Result<DrillReport> hold_drill(const std::string& folder, bool takes_other_secrets,
                               const Config& config);

}  // namespace tripos::app
