// SPDX-License-Identifier: MIT
#pragma once
// NotificationsApi: mails from the administration to a chosen audience, through the outbox like
// every other mail. The first are written with the notification itself, the others page by page by
// work of the kind `notification`.
//
//   POST /api/admin/notifications  {audience, subject, html or text}
//                                  -> 202 {id, recipients, jobIds, workId}

#include "accounts/guard.hpp"
#include "module/parts.hpp"
#include "notices/outbox.hpp"
#include "work/runner.hpp"

namespace tripos::newsletters {

/// Thread-safe. What it is given outlives it.
class NotificationsApi {
  public:
    /// Mails that are written with the notification; the answer lists their ids, for GET
    /// .../mail/jobs/:id.
    static constexpr std::int64_t kFirstMails = 32;

    NotificationsApi(const Parts& parts, const notices::Outbox& outbox, work::Runner& runner);

    void add_routes(http::Router& router, const accounts::Guard& guard);

  private:
    /// How the work of a notification is done.
    work::Kind kind();
    Task<work::PageWrite> prepare(work::Item item, std::int64_t rows);
    Task<http::Reply> notify(http::Request& request, const accounts::Principal& principal);

    const Parts parts_;
    const notices::Outbox& outbox_;
    work::Runner& runner_;
};

}  // namespace tripos::newsletters
