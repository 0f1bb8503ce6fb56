// SPDX-License-Identifier: MIT
#pragma once
// Newsletters for administrators.
//
//   POST /api/admin/newsletters   {audience, subject, html or text} -> 201 newsletter, a draft
//   GET  /api/admin/newsletters, /:id, /:id/recipients?status=
//   POST /api/admin/newsletters/:id/test {to?}, /resume {confirm}, /pause, /cancel

#include "accounts/guard.hpp"
#include "newsletters/newsletter_service.hpp"

namespace tripos::newsletters {

/// The service outlives the router.
void add_newsletter_routes(http::Router& router, const accounts::Guard& guard,
                           NewsletterService& newsletters);

}  // namespace tripos::newsletters
