// SPDX-License-Identifier: MIT
#pragma once
// CacheApi: the cache from a browser, for administrators (docs/caching.md).
//
//   GET  /api/admin/cache                 -> data {families, advice, ...}
//   GET  /api/admin/cache/entry?key=      -> data {inProcess, inRedis, versions, ...}
//   POST /api/admin/cache/invalidate      {keys?, tags?}
//   POST /api/admin/cache/clear           {family?}

#include "accounts/guard.hpp"
#include "cache/cache.hpp"
#include "http/router.hpp"

namespace tripos::operations {

/// Thread-safe. `cache` outlives it.
class CacheApi {
  public:
    explicit CacheApi(cache::Cache& cache) : cache_(cache) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    using Principal = accounts::Principal;

    Task<http::Reply> stats(http::Request& request, const Principal& principal);
    Task<http::Reply> entry(http::Request& request, const Principal& principal);
    Task<http::Reply> invalidate(http::Request& request, const Principal& principal);
    Task<http::Reply> clear(http::Request& request, const Principal& principal);

    cache::Cache& cache_;
};

}  // namespace tripos::operations
