// SPDX-License-Identifier: MIT
#pragma once
// CacheControl: what `tripos cache ...` asks, over the control socket only (docs/caching.md).
//
//   POST /control/cache/stats       {}
//   POST /control/cache/get, /explain, /del             {key}
//   POST /control/cache/invalidate  {keys?, tags?}
//   POST /control/cache/clear       {family?}
//   POST /control/cache/warm        {exam}

#include "attempts/attempts_module.hpp"
#include "cache/cache.hpp"
#include "http/router.hpp"

namespace tripos::operations {

/// Thread-safe. What it is given outlives it.
class CacheControl {
  public:
    CacheControl(cache::Cache& cache, attempts::AttemptsModule& attempts)
        : cache_(cache), attempts_(attempts) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Reply> stats(http::Request& request);
    Task<http::Reply> get(http::Request& request);
    Task<http::Reply> explain(http::Request& request);
    Task<http::Reply> del(http::Request& request);
    Task<http::Reply> invalidate(http::Request& request);
    Task<http::Reply> clear(http::Request& request);
    Task<http::Reply> warm(http::Request& request);

    cache::Cache& cache_;
    attempts::AttemptsModule& attempts_;
};

}  // namespace tripos::operations
