// SPDX-License-Identifier: MIT
#pragma once
// The cross-site check: a browser adds the cookie to requests of any page, so an unsafe request
// that relies on the cookie must say that it comes from a page of ours (header Origin, Fetch
// standard). Pure functions.

#include "http/message.hpp"
#include "http/origins.hpp"

namespace tripos::accounts {

/// True when the method may change something.
bool is_unsafe(http::Method method);

/// True when Origin is our own host (as in Host; the scheme is the proxy's business) or one of
/// `allowed`.
bool comes_from_our_pages(const http::Request& request, const http::Origins& allowed);

}  // namespace tripos::accounts
