// SPDX-License-Identifier: MIT
#pragma once
// What the process leaves behind on the machine is for its own user alone.

namespace tripos::app {

/// From then on new files - databases, copies, lists of tokens - are readable by this user alone.
/// Call first in main.
void keep_files_private();

/// From then on neither this process nor its children leave an image of their memory, with its
/// secrets, when they crash.
void forbid_core_dumps();

}  // namespace tripos::app
