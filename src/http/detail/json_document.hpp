// SPDX-License-Identifier: MIT
#pragma once
// One pass over a JSON body (RFC 8259, I-JSON of RFC 7493): what no reader may let through ends it
// at once, so that its cost never exceeds that of reading the body. Pure, thread-safe.

#include <boost/json/value.hpp>
#include <string_view>

#include "core/result.hpp"

namespace tripos::http::detail {

/// The tree, or: body_missing; malformed_json with the place (also a member named twice, nesting
/// deeper than 32); validation_failed naming the outermost member that holds the character NUL or a
/// number beyond double.
Result<boost::json::value> read_document(std::string_view body);

}  // namespace tripos::http::detail
