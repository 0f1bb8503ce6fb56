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
    explicit NewslettersApi(const Environment& environment)
        : env_(environment), service_(environment) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    using Principal = accounts::Principal;
    using Change = Task<Result<NewsletterWithProgress>> (NewsletterService::*)(std::string id);

    Task<http::Response> create(http::Request& request, const Principal& principal);
    Task<http::Response> list(http::Request& request, const Principal& principal);
    Task<http::Response> show(http::Request& request, const Principal& principal);
    Task<http::Response> recipients(http::Request& request, const Principal& principal);
    Task<http::Response> test(http::Request& request, const Principal& principal);
    Task<http::Response> resume(http::Request& request, const Principal& principal);
    Task<http::Response> pause(http::Request& request, const Principal& principal);
    Task<http::Response> cancel(http::Request& request, const Principal& principal);
    Task<http::Response> change(http::Request& request, Change how, std::string message);
    Task<std::string> own_address(std::string user_id);

    const Environment& env_;
    NewsletterService service_;
};

}  // namespace tripos::newsletters
