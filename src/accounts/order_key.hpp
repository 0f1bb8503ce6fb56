// SPDX-License-Identifier: MIT
#pragma once
// Orders that may be sent again: whoever has heard no answer repeats the request with the same
// header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), and it is carried out once.
// Pure functions.

#include <string>

#include "accounts/principal.hpp"
#include "core/result.hpp"
#include "http/message.hpp"

namespace tripos::accounts {

/// Of at most 100 bytes; empty: there is none.
Result<std::string> read_order_key(const http::Request& request);

/// The id of what `caller` makes by this request: with an order key the same however often it is
/// sent, as long as not a byte of its body is another; without one empty, and what is made is new.
Result<std::string> read_id_of_made(const http::Request& request, const Principal& caller);

}  // namespace tripos::accounts
