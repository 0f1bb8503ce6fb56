// SPDX-License-Identifier: MIT
#pragma once
// UnsubscribeApi: how a recipient leaves a list (RFC 8058).
//
//   GET  /unsubscribe/:token  a page with a button; changes nothing, since scanners follow links
//   POST /unsubscribe/:token  List-Unsubscribe=One-Click -> 200: no log-in, no cookie, no redirect

#include "http/router.hpp"
#include "newsletters/newsletter_service.hpp"
#include "notices/unsubscribe_links.hpp"

namespace tripos::newsletters {

/// Thread-safe. The parts outlives it.
class UnsubscribeApi {
  public:
    UnsubscribeApi(const NewslettersParts& parts, notices::UnsubscribeLinks links)
        : parts_(parts), links_(std::move(links)) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> ask(http::Request& request);
    Task<http::Reply> leave(http::Request& request);

    const NewslettersParts& parts_;
    const notices::UnsubscribeLinks links_;
};

}  // namespace tripos::newsletters
