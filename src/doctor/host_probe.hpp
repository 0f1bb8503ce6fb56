// SPDX-License-Identifier: MIT
#pragma once
// Looks at this machine: the disk of the data folder, who may read it, the clock.

#include "doctor/evidence.hpp"

namespace tripos::doctor {

/// Blocking. Leaves nothing behind: what it writes to time the disk is a file without a name.
/// Throws SystemError when there is no such folder.
HostLook look_at_host(const std::string& data_dir);

/// The mode of a file that others may read or write; nothing: they may not, or it is not there.
std::optional<int> open_mode(const std::string& path);

}  // namespace tripos::doctor
