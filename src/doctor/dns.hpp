// SPDX-License-Identifier: MIT
#pragma once
// Asks DNS for TXT records, by the system's resolver or by a server that is named.

#include <netinet/in.h>

#include <optional>

#include "doctor/evidence.hpp"

namespace tripos::doctor {

/// "192.0.2.1:53", "192.0.2.1"; nothing: it is no IPv4 address with an optional port.
std::optional<sockaddr_in> parse_name_server(const std::string& text);

/// Blocking, a few seconds at most. `server`: in place of the system's.
TxtAnswer ask_for_texts(const std::string& name, const std::optional<sockaddr_in>& server);

}  // namespace tripos::doctor
