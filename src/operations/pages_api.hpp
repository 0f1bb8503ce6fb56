// SPDX-License-Identifier: MIT
#pragma once
// PagesApi: the pages behind the links of mails, and those for whoever runs a site. Static files
// embedded in the program; they talk to the same API as everyone else.
//
//   GET /status        what runs and where things are
//   GET /docs          the description of the API, for people
//   GET /cache         the cache, for administrators
//   GET /verify-email  behind a verification link: asks for the password, or for another one
//   GET /accept-invitation  behind an invitation: asks for a password
//   GET /confirm-email, /revert-email  the same for a change of address
//   GET /assets/:name  styles and scripts

#include <map>
#include <string>

#include "http/cached_body.hpp"
#include "http/router.hpp"

namespace tripos::operations {

/// Immutable; thread-safe. Outlives the router.
class PagesApi {
  public:
    PagesApi();

    /// `for_developers`: /docs and /cache as well.
    void add_routes(http::Router& router, bool for_developers);

  private:
    using Files = std::map<std::string, http::CachedBody, std::less<>>;

    /// `path` shows pages/<file>.html.
    void add_page(http::Router& router, std::string path, const std::string& file,
                  std::string summary);
    Task<http::Reply> asset(http::Request& request, std::string name);

    Files assets_;
    Files pages_;
};

}  // namespace tripos::operations
