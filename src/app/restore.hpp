// SPDX-License-Identifier: MIT
#pragma once
// How a backup takes the place of a SQLite site. The new folder is made whole beside the old one
// and changes places with it in one step, so that whoever ends this program at any moment leaves
// the site as it was, or as it is to be. Nothing is deleted. Blocking; for the command line only.

#include <string>
#include <vector>

#include "app/backup_folder.hpp"
#include "app/config.hpp"

namespace tripos::app {

struct Restored {
    Manifest manifest;
    std::string before;                    ///< where the old folder is; empty: there was none
    std::vector<std::string> left_behind;  ///< names in it that no backup has
};

/// "20261130T010203Z": as a part of a name.
std::string time_stamp(Timestamp at);

/// What is to be restored. An Error when it is not whole, or was made with other secrets than this
/// site's, which would make it useless.
Result<Manifest> verify_for_restore(const std::string& folder, bool takes_other_secrets,
                                    const Config& config);

/// An Error when the backup is not whole, or not for this site; SystemError when a server runs, the
/// database is newer than this program, or the disk does not take it.
Result<Restored> restore_site(const std::string& folder, bool takes_other_secrets,
                              const Config& config);

}  // namespace tripos::app
