// SPDX-License-Identifier: MIT
#pragma once
// The queues from a browser, for administrators (docs/queue-admin.md).
//
//   GET  /api/admin/queues                             -> data [{name, paused, counts}]
//   GET  /api/admin/queues/:name                       -> data {name, paused, counts, ...}
//   GET  /api/admin/queues/:name/schedulers            -> data [scheduler]
//   PUT  /api/admin/queues/:name/concurrency           {concurrency}
//   POST /api/admin/queues/:name/bulk                  see queue_bulk.hpp
//   GET  /api/admin/queues/:name/history?minutes=      -> data {name, completed [], failed []}
//   GET  /api/admin/queues/:name/jobs?state=&name=&reason=&order=   -> pagination, data [job]
//   GET  /api/admin/queues/:name/jobs/:id              -> data {job, logs, parent, children}
//   POST /api/admin/queues/:name/jobs/:id/retry, /promote, /remove
//   POST /api/admin/queues/:name/pause, /resume        -> data, as of one queue

#include "accounts/guard.hpp"
#include "operations/queue_admin.hpp"

namespace tripos::operations {

/// `admin` outlives the router.
void add_queue_routes(http::Router& router, const accounts::Guard& guard, QueueAdmin& admin);

}  // namespace tripos::operations
