// SPDX-License-Identifier: MIT
#pragma once
// Digests by which contents are told apart, also those that somebody chose to collide. Pure
// functions, thread-safe.

#include <string>
#include <string_view>

namespace tripos {

/// BLAKE2b, 16 bytes as 32 lower-case hexadecimal digits.
std::string content_digest(std::string_view content);

/// SHA-256, 64 lower-case hexadecimal digits: what other tools are to compute as well.
std::string sha256(std::string_view content);

}  // namespace tripos
