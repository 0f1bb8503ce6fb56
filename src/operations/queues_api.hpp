// SPDX-License-Identifier: MIT
#pragma once
// QueuesApi: the queues from a browser, for administrators (docs/queue-admin.md).
//
//   GET  /api/admin/queues                             -> data [{name, paused, counts}]
//   GET  /api/admin/queues/:name/history?minutes=      -> data {name, completed [], failed []}
//   GET  /api/admin/queues/:name/jobs?state=&order=    -> pagination, data [job]
//   GET  /api/admin/queues/:name/jobs/:id              -> data {job, logs}
//   POST /api/admin/queues/:name/jobs/:id/retry, /promote, /remove
//   POST /api/admin/queues/:name/pause, /resume        -> data {name, paused, counts,
//        concurrency, rateLimit}

#include "accounts/guard.hpp"
#include "operations/queue_answers.hpp"

namespace tripos::operations {

/// Thread-safe. `admin` outlives it.
class QueuesApi {
  public:
    explicit QueuesApi(QueueAdmin& admin) : admin_(admin) {}

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    using Principal = accounts::Principal;

    void add_job_routes(http::Router& router, const accounts::Guard& guard);

    Task<http::Reply> list(http::Request& request, const Principal& principal);
    Task<http::Reply> show_history(http::Request& request, const Principal& principal);
    Task<http::Reply> list_jobs(http::Request& request, const Principal& principal);
    Task<http::Reply> show_job(http::Request& request, const Principal& principal);
    Task<http::Reply> retry(http::Request& request, const Principal& principal);
    Task<http::Reply> promote(http::Request& request, const Principal& principal);
    Task<http::Reply> remove(http::Request& request, const Principal& principal);
    Task<http::Reply> pause(http::Request& request, const Principal& principal);
    Task<http::Reply> resume(http::Request& request, const Principal& principal);

    Task<http::Reply> change_job(const http::Request& request, JobChange change,
                                 std::string_view message);
    Task<http::Reply> change_queue(const http::Request& request, Task<> (queue::Queue::*change)(),
                                   std::string_view message);

    QueueAdmin& admin_;
};

}  // namespace tripos::operations
