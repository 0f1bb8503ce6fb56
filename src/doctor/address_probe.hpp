// SPDX-License-Identifier: MIT
#pragma once
// Asks the site by an address: the one that people use, or a server's own.

#include "doctor/evidence.hpp"

namespace tripos::doctor {

/// Gets `path` below `url`. Blocking, at most for `limit`; follows no redirection and obeys no
/// proxy of the environment.
AddressLook look_at_address(const std::string& url, std::string_view path,
                            std::chrono::milliseconds limit);

}  // namespace tripos::doctor
