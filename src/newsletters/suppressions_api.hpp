// SPDX-License-Identifier: MIT
#pragma once
// The suppression list and the mailing lists, for administrators.
//
//   GET    /api/admin/suppressions?search=      POST {address, detail?}
//   DELETE /api/admin/suppressions/:address?reason=
//   GET    /api/admin/mailing-lists
//   POST   /api/admin/mailing-lists/:name/members         {addresses: [...]}
//   POST   /api/admin/mailing-lists/:name/members/remove  {addresses: [...]}
//   POST   /control/mail/suppress {address, detail?}, /control/mail/unsuppress {address, reason?}:
//          for `tripos mail`

#include "accounts/guard.hpp"
#include "module/parts.hpp"

namespace tripos::newsletters {

/// The parts outlive the router.
void add_suppression_routes(http::Router& router, const accounts::Guard& guard, const Parts& parts);
void add_suppression_control_routes(http::Router& router, const Parts& parts);

}  // namespace tripos::newsletters
