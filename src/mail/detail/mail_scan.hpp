// SPDX-License-Identifier: MIT
#pragma once
// What a person or a test looks for in a mail of the dev inbox: its links and its one-time codes.
// Pure functions.

#include <string>
#include <string_view>
#include <vector>

namespace tripos::mail::detail {

/// http(s) addresses in a mail's text, in order, each once.
std::vector<std::string> find_links(std::string_view text);

/// Numbers of exactly six digits outside links, in order, each once.
std::vector<std::string> find_codes(std::string_view text);

}  // namespace tripos::mail::detail
