// SPDX-License-Identifier: MIT
#pragma once
// Asks the site by the address that people use.

#include "doctor/evidence.hpp"

namespace tripos::doctor {

/// Gets /healthz below `public_url`. Blocking, at most for `limit`; follows no redirection and
/// obeys no proxy of the environment.
AddressLook look_at_address(const std::string& public_url, std::chrono::milliseconds limit);

}  // namespace tripos::doctor
