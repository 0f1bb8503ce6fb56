// SPDX-License-Identifier: MIT
#pragma once
// PagesApi: Tripos' own pages, for sites without a front end of their own. Static files embedded in
// the program; they talk to the same API as everyone else.
//
//   GET /              what runs and where things are
//   GET /verify-email  the page behind a verification link: a button that POSTs, since link
//   scanners follow links GET /assets/:name  styles and scripts

#include "http/router.hpp"

namespace tripos::operations {

/// Stateless; thread-safe.
class PagesApi {
  public:
    void add_routes(http::Router& router);

  private:
    Task<http::Response> home(http::Request& request);
    Task<http::Response> verify_email(http::Request& request);
    Task<http::Response> asset(http::Request& request);
};

}  // namespace tripos::operations
