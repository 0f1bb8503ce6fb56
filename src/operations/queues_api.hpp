// SPDX-License-Identifier: MIT
#pragma once
// The queues from a browser, for administrators (docs/queue-admin.md).
//
//   GET  /api/admin/queues                             -> data [{name, paused, counts}]
//   GET  /api/admin/queues/:name/history?minutes=      -> data {name, completed [], failed []}
//   GET  /api/admin/queues/:name/jobs?state=&order=    -> pagination, data [job]
//   GET  /api/admin/queues/:name/jobs/:id              -> data {job, logs}
//   POST /api/admin/queues/:name/jobs/:id/retry, /promote, /remove
//   POST /api/admin/queues/:name/pause, /resume        -> data {name, paused, counts,
//        concurrency, rateLimit}

#include "accounts/guard.hpp"
#include "operations/queue_admin.hpp"

namespace tripos::operations {

/// `admin` outlives the router.
void add_queue_routes(http::Router& router, const accounts::Guard& guard, QueueAdmin& admin);

}  // namespace tripos::operations
