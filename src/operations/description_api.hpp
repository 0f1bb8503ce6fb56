// SPDX-License-Identifier: MIT
#pragma once
// DescriptionApi: the API's own description.
//
//   GET /openapi.json  OpenAPI 3.1, generated from the router's table; the site shows it as /docs

#include <mutex>
#include <optional>
#include <string>

#include "http/cached_body.hpp"
#include "http/router.hpp"

namespace tripos::operations {

/// Thread-safe. Outlives the router.
class DescriptionApi {
  public:
    explicit DescriptionApi(std::string version) : version_(std::move(version)) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> send(http::Request& request);

    const std::string version_;
    const http::Router* router_ = nullptr;
    std::once_flag generated_;
    std::optional<http::CachedBody> document_;  ///< made at the first request: all routes are there
};

}  // namespace tripos::operations
