// SPDX-License-Identifier: MIT
#pragma once
// Backups that are made again and again, of which the newest stay.

#include <chrono>
#include <string>

#include "app/backup_retention.hpp"
#include "app/config.hpp"

namespace tripos::app {

struct BackupRounds {
    std::string folder;            ///< has the backups, each in a folder named after its time
    std::chrono::seconds every{};  ///< from the beginning of one to that of the next
    Retention keep;                ///< of whole ones
};

/// Until SIGINT or SIGTERM; a round that fails is told, deletes nothing, and is followed by the
/// next. The exit code.
int run_backup_rounds(const BackupRounds& rounds, bool as_json, const Config& config);

}  // namespace tripos::app
