// SPDX-License-Identifier: MIT
#pragma once
// CacheControl: what `tripos cache ...` asks, over the control socket only (docs/caching.md).
//
//   POST /control/cache/stats       {}
//   POST /control/cache/get, /explain, /del             {key}
//   POST /control/cache/invalidate  {keys?, tags?}
//   POST /control/cache/clear       {family?}
//   POST /control/cache/warm        {exam}

#include "cache/cache.hpp"
#include "exams/exams_module.hpp"
#include "http/router.hpp"

namespace tripos::operations {

/// Thread-safe. What it is given outlives it.
class CacheControl {
  public:
    CacheControl(cache::Cache& cache, exams::ExamsModule& exams) : cache_(cache), exams_(exams) {}

    void add_routes(http::Router& router);

  private:
    Task<http::Response> stats(http::Request& request);
    Task<http::Response> get(http::Request& request);
    Task<http::Response> explain(http::Request& request);
    Task<http::Response> del(http::Request& request);
    Task<http::Response> invalidate(http::Request& request);
    Task<http::Response> clear(http::Request& request);
    Task<http::Response> warm(http::Request& request);

    cache::Cache& cache_;
    exams::ExamsModule& exams_;
};

}  // namespace tripos::operations
