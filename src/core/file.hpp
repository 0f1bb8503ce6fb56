// SPDX-License-Identifier: MIT
#pragma once
// Files that are read whole, and what makes them last. Blocking; thread-safe.

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace tripos {

/// The bytes of the file; what the system says when it cannot be read, for a folder as well.
boost::system::result<std::string> read_file(const std::string& path);

/// From then on what was written to the file, or which names stand in the folder, survives a power
/// cut. Throws SystemError.
void sync_to_disk(const std::string& path);

/// A new file of that text, for this user alone, synced. Throws SystemError, also when there is
/// one.
void write_new_file(const std::string& path, std::string_view text);

}  // namespace tripos
