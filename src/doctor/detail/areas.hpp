// SPDX-License-Identifier: MIT
#pragma once
// The rows of the table, an area each.

#include "doctor/check.hpp"

namespace tripos::doctor::detail {

std::vector<Check> redis_checks();
std::vector<Check> queue_checks();
std::vector<Check> cache_checks();
std::vector<Check> database_checks();
std::vector<Check> mail_checks();
std::vector<Check> sender_checks();  ///< of area "mail": what DNS says
std::vector<Check> host_checks();
std::vector<Check> site_checks();

/// On restored data that nobody has released: what the site then leaves undone is no fault.
bool is_held(const Evidence& evidence);

/// "120 s": for people.
std::string in_seconds(std::chrono::milliseconds time);
/// "1.5 ms".
std::string in_milliseconds(std::chrono::microseconds time);
/// "2.5 GB".
std::string in_bytes(std::uint64_t bytes);

}  // namespace tripos::doctor::detail
