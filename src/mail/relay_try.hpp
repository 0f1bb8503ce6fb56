// SPDX-License-Identifier: MIT
#pragma once
// How far a mail would get with the relay, without sending one.

#include <string>

#include "mail/smtp_transport.hpp"

namespace tripos::mail {

/// What came of one try.
struct RelayTry {
    std::string step;   ///< the first that failed: "DNS", "TLS", "AUTH", "MAIL FROM"; empty: none
    std::string reply;  ///< the relay's words, or the system's
};

/// Connects, agrees on TLS, logs in and names the sender, as a mail from `from` would, and hangs
/// up. Blocking, for as long as options.timeouts allow. Requires: check_smtp_url(), and an address
/// that passed parse_address().
RelayTry try_relay(const SmtpOptions& options, const std::string& from);

}  // namespace tripos::mail
