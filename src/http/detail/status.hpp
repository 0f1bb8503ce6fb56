// SPDX-License-Identifier: MIT
#pragma once
// Reason phrases of the statuses this server answers (RFC 9110, section 15). Pure.

#include <string_view>

namespace tripos::http::detail {

/// "Unknown" for a status that is not in the table.
std::string_view reason_phrase(int status);

}  // namespace tripos::http::detail
