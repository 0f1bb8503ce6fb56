// SPDX-License-Identifier: MIT
#pragma once
// The cross-site check: a browser adds the cookie to requests of any page, so an unsafe request
// that relies on the cookie must say that it comes from a page of ours (header Origin, Fetch
// standard). Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace tripos::accounts {

/// True when the method may change something.
bool is_unsafe(http::Method method);

/// True when Origin is our own host (as in Host; the scheme is the proxy's business) or one of
/// `allowed`.
bool comes_from_our_pages(const http::Request& request, const std::vector<std::string>& allowed);

}  // namespace tripos::accounts
