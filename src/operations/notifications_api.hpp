// SPDX-License-Identifier: MIT
#pragma once
// NotificationsApi: mails from the administration to a chosen audience, through the outbox like
// every other mail. The first are written with the notification itself, the others page by page by
// work of the kind `notification`.
//
//   POST /api/admin/notifications  {audience, subject, html or text}
//                                  -> 202 {id, recipients, jobIds, workId}
//   GET  /api/admin/mail/jobs/:id  -> id, state, progress, attempts, failedReason

#include "accounts/guard.hpp"
#include "http/json_body.hpp"
#include "notices/mail_pipeline.hpp"
#include "sql/database.hpp"
#include "sql/migrations.hpp"
#include "work/runner.hpp"

namespace tripos::operations {

/// Thread-safe. All references outlive it.
class NotificationsApi {
  public:
    /// Mails that are written with the notification; the answer lists their ids, for GET
    /// .../mail/jobs/:id.
    static constexpr std::int64_t kFirstMails = 32;

    NotificationsApi(sql::Database& database, const notices::Outbox& outbox,
                     notices::MailPipeline& pipeline, work::Runner& runner, const Clock& clock,
                     Random& random);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    /// How the work of a notification is done.
    work::Kind kind();
    Task<work::PageWrite> prepare(work::Item item, std::int64_t rows);
    Task<http::Reply> notify(http::Request& request, const accounts::Principal& principal);
    Task<http::Reply> job_status(http::Request& request, const accounts::Principal& principal);

    sql::Database& database_;
    const notices::Outbox& outbox_;
    notices::MailPipeline& pipeline_;
    work::Runner& runner_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace tripos::operations
