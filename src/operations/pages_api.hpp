// SPDX-License-Identifier: MIT
#pragma once
// PagesApi: Tripos' own pages, for sites without a front end of their own. Static files embedded in
// the program; they talk to the same API as everyone else.
//
//   GET /              what runs and where things are
//   GET /verify-email  behind a verification link: a button that POSTs, since scanners follow links
//   GET /confirm-email, /revert-email  the same for a change of address
//   GET /assets/:name  styles and scripts

#include "http/router.hpp"

namespace tripos::operations {

/// Stateless; thread-safe.
class PagesApi {
  public:
    void add_routes(http::Router& router);

  private:
    Task<http::Response> home(http::Request& request);
    Task<http::Response> verify_email(http::Request& request);
    Task<http::Response> confirm_email(http::Request& request);
    Task<http::Response> revert_email(http::Request& request);
    Task<http::Response> asset(http::Request& request);
};

}  // namespace tripos::operations
