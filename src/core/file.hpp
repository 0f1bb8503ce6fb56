// SPDX-License-Identifier: MIT
#pragma once
// Files that are read whole. Blocking; thread-safe.

#include <boost/system/result.hpp>
#include <string>

namespace tripos {

/// The bytes of the file; what the system says when it cannot be read, for a folder as well.
boost::system::result<std::string> read_file(const std::string& path);

}  // namespace tripos
