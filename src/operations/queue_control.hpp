// SPDX-License-Identifier: MIT
#pragma once
// What `tripos queue ...` asks, over the control socket only. Bodies name the queue
// as `queue`; answers are those of the HTTP API (docs/queue-admin.md).
//
//   POST /control/queue/list        {}
//   POST /control/queue/stats, /pause, /resume          {queue}
//   POST /control/queue/history     {queue, minutes?}
//   POST /control/queue/jobs        {queue, state?, order?, page?, limit?}
//   POST /control/queue/job, /remove                    {queue, id}
//   POST /control/queue/add         {queue, name, data?, id?, priority?, delay?, attempts?, lifo?}
//   POST /control/queue/retry       {queue, id} or {queue, state: FAILED or COMPLETED}
//   POST /control/queue/promote     {queue, id?}        without id: all that are delayed
//   POST /control/queue/drain       {queue, delayed?}
//   POST /control/queue/clean       {queue, state, olderThan?, limit?}   seconds; 0: all
//   POST /control/queue/obliterate  {queue, force?}
//   POST /control/queue/events      {queue, count, after?, wait?}   wait: for the next one,
//                                                                   a second at most

#include "http/router.hpp"
#include "module/parts.hpp"
#include "operations/queue_admin.hpp"

namespace tripos::operations {

/// `admin` outlives the router.
void add_queue_control_routes(http::Router& router, QueueAdmin& admin, const Parts& parts);

}  // namespace tripos::operations
