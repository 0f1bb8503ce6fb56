// SPDX-License-Identifier: MIT
#pragma once
// How a recipient leaves a list (RFC 8058).
//
//   GET  /unsubscribe/:token  a page with a button; changes nothing, since scanners follow links
//   POST /unsubscribe/:token  List-Unsubscribe=One-Click -> 200: no log-in, no cookie, no redirect

#include "http/router.hpp"
#include "module/parts.hpp"
#include "notices/unsubscribe_links.hpp"

namespace tripos::newsletters {

/// What they are given outlives the router.
void add_unsubscribe_routes(http::Router& router, const Parts& parts,
                            const notices::UnsubscribeLinks& links);

}  // namespace tripos::newsletters
