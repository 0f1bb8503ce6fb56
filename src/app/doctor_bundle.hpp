// SPDX-License-Identifier: MIT
#pragma once
// What `tripos doctor --bundle FILE` writes for whoever helps: the doctor's findings, the settings
// without secrets, versions, and the figures of the server that runs. Addresses of mail are masked
// throughout. Blocking.

#include <boost/json/object.hpp>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

/// `text` with what could be an address of mail as "***@***".
std::string without_addresses(std::string_view text);

/// Writes a new file that only its owner can read; throws StartFailure where that cannot be, or
/// there is one.
void write_bundle(const std::string& path, boost::json::object findings, LoadedConfig& loaded);

}  // namespace tripos::app
