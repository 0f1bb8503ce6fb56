// SPDX-License-Identifier: MIT
#pragma once
// NotificationsApi: mails from the administration to a chosen audience, through the outbox like
// every other mail.
//
//   POST /api/admin/notifications  {audience, subject, html or text} -> 202 {id, recipients,
//   jobIds} GET  /api/admin/mail/jobs/:id  -> id, state, progress, attempts, failedReason

#include "accounts/guard.hpp"
#include "http/json_body.hpp"
#include "notices/mail_pipeline.hpp"
#include "sql/database.hpp"
#include "sql/migrations.hpp"

namespace tripos::operations {

/// Thread-safe. All references outlive it.
class NotificationsApi {
  public:
    static constexpr std::size_t kMaxRecipients =
        20'000;  ///< one transaction; larger circles are newsletters

    static constexpr std::size_t kMaxListedJobs =
        100;  ///< ids in the answer, for GET .../mail/jobs/:id

    NotificationsApi(sql::Database& database, const notices::Outbox& outbox,
                     notices::MailPipeline& pipeline, const Clock& clock, Random& random);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    Task<http::Reply> notify(http::Request& request, const accounts::Principal& principal);
    Task<http::Reply> job_status(http::Request& request, const accounts::Principal& principal);

    sql::Database& database_;
    const notices::Outbox& outbox_;
    notices::MailPipeline& pipeline_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace tripos::operations
