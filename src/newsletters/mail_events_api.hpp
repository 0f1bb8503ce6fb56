// SPDX-License-Identifier: MIT
#pragma once
// MailEventsApi: what a mail provider tells us later: bounces and complaints, as a signed webhook
// (mail/webhook_signature.hpp).
//
//   POST /api/mail/events  {events: [{type: bounce|complaint, address, permanent?, detail?}]}
//
// A delivery with an id that was seen before is acknowledged and does nothing.

#include "core/secret.hpp"
#include "http/router.hpp"
#include "newsletters/newsletter_service.hpp"

namespace tripos::newsletters {

/// Thread-safe. The parts outlives it.
class MailEventsApi {
  public:
    /// `secret`: MAIL_WEBHOOK_SECRET; empty: there is no such route.
    MailEventsApi(const NewslettersParts& parts, Secret secret)
        : parts_(parts), secret_(std::move(secret)) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> receive(http::Request& request);

    const NewslettersParts& parts_;
    const Secret secret_;
};

}  // namespace tripos::newsletters
