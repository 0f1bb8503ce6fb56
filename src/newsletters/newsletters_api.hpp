// SPDX-License-Identifier: MIT
#pragma once
// NewslettersApi: newsletters for administrators.
//
//   POST /api/admin/newsletters   {audience, subject, html or text} -> 201 newsletter, a draft
//   GET  /api/admin/newsletters, /:id, /:id/recipients?status=
//   POST /api/admin/newsletters/:id/test {to?}, /resume, /pause, /cancel

#include "accounts/guard.hpp"
#include "newsletters/newsletter_service.hpp"

namespace tripos::newsletters {

/// Thread-safe. All references outlive it.
class NewslettersApi {
  public:
    explicit NewslettersApi(const NewslettersParts& parts) : parts_(parts), service_(parts) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    using Principal = accounts::Principal;
    using Change = Task<Result<NewsletterWithProgress>> (NewsletterService::*)(std::string id);

    Task<http::Reply> create(http::Request& request, const Principal& principal);
    Task<http::Reply> list(http::Request& request, const Principal& principal);
    Task<http::Reply> show(http::Request& request, const Principal& principal);
    Task<http::Reply> recipients(http::Request& request, const Principal& principal);
    Task<http::Reply> test(http::Request& request, const Principal& principal);
    Task<http::Reply> resume(http::Request& request, const Principal& principal);
    Task<http::Reply> pause(http::Request& request, const Principal& principal);
    Task<http::Reply> cancel(http::Request& request, const Principal& principal);
    Task<http::Reply> change(http::Request& request, Change how, std::string message);
    Task<std::string> own_address(std::string user_id);

    const NewslettersParts& parts_;
    NewsletterService service_;
};

}  // namespace tripos::newsletters
