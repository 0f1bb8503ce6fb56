// SPDX-License-Identifier: MIT
#pragma once
// What a mail provider tells us later: bounces and complaints, as a signed webhook
// (mail/webhook_signature.hpp).
//
//   POST /api/mail/events  {events: [{type: bounce|complaint, address, permanent?, detail?}]}
//
// A delivery with an id that was seen before is acknowledged and does nothing.

#include "core/secret.hpp"
#include "http/router.hpp"
#include "module/parts.hpp"

namespace tripos::newsletters {

/// `secret`: MAIL_WEBHOOK_SECRET; empty: there is no such route. The parts outlive the router.
void add_mail_event_routes(http::Router& router, const Parts& parts, Secret secret);

}  // namespace tripos::newsletters
