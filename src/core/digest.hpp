// SPDX-License-Identifier: MIT
#pragma once
// The digest by which contents are told apart, also those that somebody chose to collide. Pure
// function, thread-safe.

#include <string>
#include <string_view>

namespace tripos {

/// BLAKE2b, 16 bytes as 32 lower-case hexadecimal digits.
std::string content_digest(std::string_view content);

}  // namespace tripos
