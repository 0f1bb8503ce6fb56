// SPDX-License-Identifier: MIT
#pragma once
// QueueControl: what `tripos queue ...` asks, over the control socket only. Bodies name the queue
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
//   POST /control/queue/events      {queue, count, after?, wait?}   wait: for the next one, a
//   second
//                                                                   at most

#include "http/json_body.hpp"
#include "http/router.hpp"
#include "operations/queue_admin.hpp"

namespace tripos::operations {

/// Thread-safe. `admin` outlives it.
class QueueControl {
  public:
    explicit QueueControl(QueueAdmin& admin) : admin_(admin) {}

    void add_routes(http::Router& router);

  private:
    /// A command on a queue that exists.
    using Command = Task<http::Reply> (*)(queue::Queue& queue, http::BodyReader& body);

    void add(http::Router& router, const char* name, Command command);
    Task<http::Reply> run(Command command, http::Request& request);
    Task<http::Reply> list(http::Request& request);
    Task<http::Reply> add_job(http::Request& request);
    Task<http::Reply> events(http::Request& request);
    Task<http::Reply> history(http::Request& request);

    QueueAdmin& admin_;
};

}  // namespace tripos::operations
