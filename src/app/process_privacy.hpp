// SPDX-License-Identifier: MIT
#pragma once
// What the process leaves behind on the machine is for its own user alone.

#include <string>

namespace tripos::app {

/// From then on new files - databases, copies, lists of tokens - are readable by this user alone.
/// Call first in main.
void keep_files_private();

/// From then on neither this process nor its children leave an image of their memory, with its
/// secrets, when they crash.
void forbid_core_dumps();

/// Takes a folder or file from before away from other users, and says so in the log; nothing when
/// there is none. Throws SystemError, which ends with the cure, when that cannot be done.
void close_to_others(const std::string& path, const std::string& cure);

}  // namespace tripos::app
