// SPDX-License-Identifier: MIT
#pragma once
// Whereabouts: from where something was done, for notices to the owner of an account.

#include <string>

#include "http/message.hpp"

namespace tripos::accounts {

struct Whereabouts {
    std::string ip;
    std::string device;  ///< the User-Agent; may be empty
};

/// Text fit for a mail, whatever the request says of itself.
Whereabouts whereabouts_of(const http::Request& request);

}  // namespace tripos::accounts
