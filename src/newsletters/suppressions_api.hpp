// SPDX-License-Identifier: MIT
#pragma once
// SuppressionsApi: the suppression list and the mailing lists, for administrators.
//
//   GET    /api/admin/suppressions?search=      POST {address, detail?}
//   DELETE /api/admin/suppressions/:address?reason=
//   GET    /api/admin/mailing-lists
//   POST   /api/admin/mailing-lists/:name/members         {addresses: [...]}
//   POST   /api/admin/mailing-lists/:name/members/remove  {addresses: [...]}
//   POST   /control/mail/suppress {address, detail?}, /control/mail/unsuppress {address, reason?}:
//          for `tripos mail`

#include "accounts/guard.hpp"
#include "newsletters/newsletter_service.hpp"

namespace tripos::newsletters {

/// Thread-safe. The parts outlives it.
class SuppressionsApi {
  public:
    explicit SuppressionsApi(const NewslettersParts& parts) : parts_(parts) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);
    void add_control_routes(http::Router& router);

  private:
    using Principal = accounts::Principal;

    Task<http::Reply> list(http::Request& request, const Principal& principal);
    Task<http::Reply> add(http::Request& request, const Principal& principal);
    Task<http::Reply> remove(http::Request& request, const Principal& principal);
    Task<http::Reply> lists(http::Request& request, const Principal& principal);
    Task<http::Reply> add_members(http::Request& request, const Principal& principal);
    Task<http::Reply> remove_members(http::Request& request, const Principal& principal);
    Task<http::Reply> suppress(http::Request& request);
    Task<http::Reply> unsuppress(http::Request& request);
    Task<http::Reply> remove_from_list(std::string address, std::string reason);

    const NewslettersParts& parts_;
};

}  // namespace tripos::newsletters
