// SPDX-License-Identifier: MIT
#pragma once
// The cache from a browser, for whoever runs the site, and for `tripos cache ...` over the control
// socket (docs/caching.md).
//
//   GET  /api/admin/cache                 -> data {families, advice, ...}
//   GET  /api/admin/cache/entry?key=      -> data {inProcess, inRedis, versions, ...}
//   POST /api/admin/cache/invalidate      {keys?, tags?}
//   POST /api/admin/cache/clear           {family?, confirm}
//
//   POST /control/cache/stats       {}
//   POST /control/cache/get, /explain, /del             {key}
//   POST /control/cache/invalidate  {keys?, tags?}
//   POST /control/cache/clear       {family?, confirm}
//   POST /control/cache/warm        {exam}

#include "operations/operations_parts.hpp"

namespace tripos::operations {

/// What they are given outlives the router.
void add_cache_routes(http::Router& router, const accounts::Guard& guard, cache::Cache& cache);
void add_cache_control_routes(http::Router& router, const OperationsParts& parts);

}  // namespace tripos::operations
