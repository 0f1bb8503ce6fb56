// SPDX-License-Identifier: MIT
#pragma once
// E-mail addresses: the one gate through which every address enters (RFC 5321 limits, dot-atom or
// quoted local part, IDNA2008 domains). Pure functions.

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace tripos::mail {

/// A syntactically valid address. `canonical` identifies the mailbox (NFC, lower case, domain as
/// A-label); `text` is what was typed, trimmed, and is what goes on the wire.
struct Address {
    std::string text;       ///< as typed, trimmed
    std::string canonical;  ///< for comparing
};

/// An invalid_field("email", ...) with the cure; rejects CR, LF, NUL and everything else that could
/// leave the envelope.
Result<Address> parse_address(std::string_view text);

}  // namespace tripos::mail
