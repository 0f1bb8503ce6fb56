// SPDX-License-Identifier: MIT
#pragma once
// E-mail addresses: the one gate through which every address enters (RFC 5321 limits, dot-atom or
// quoted local part, UTF-8 as RFC 6531 allows it, IDNA2008 domains). Pure functions.

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace tripos::mail {

/// A syntactically valid address. `canonical` identifies the mailbox (case folded, domain as
/// A-label); `text` is what was typed, trimmed and composed, and is what goes on the wire.
struct Address {
    std::string text;       ///< as typed, trimmed and composed
    std::string canonical;  ///< for comparing
};

/// An invalid_field("email", ...) with the cure; rejects CR, LF, NUL and everything else that could
/// leave the envelope.
Result<Address> parse_address(std::string_view text);

/// Whether only a relay with SMTPUTF8 (RFC 6531) can take it: `text` is not ASCII.
bool needs_smtputf8(std::string_view text);

}  // namespace tripos::mail
