// SPDX-License-Identifier: MIT
#pragma once
// MailApi: how mails fare, and why one did not arrive.
//
//   GET  /api/admin/mail/stats             per class: quantiles, outcomes, doubts
//   GET  /api/admin/mail/log?address=      the newest mails to an address with every try
//   POST /api/admin/mail/messages/:id/resend   a finished mail once more
//   POST /control/mail/stats {}, /log {address}, /resend {id}, /test {address}: for `tripos mail`;
//        test sends one and answers with the dialogue, secrets masked

#include <string>

#include "accounts/guard.hpp"
#include "http/router.hpp"
#include "mail/transport.hpp"
#include "notices/mail_pipeline.hpp"
#include "sql/database.hpp"

namespace tripos::operations {

/// What MailApi works with; all outlive it.
struct MailParts {
    sql::Database& database;
    mail::Transport& transport;
    notices::MailPipeline& pipeline;
    const Clock& clock;
    Random& random;
};

/// Thread-safe.
class MailApi {
  public:
    /// `from`: MAIL_FROM.
    MailApi(MailParts parts, std::string from);

    void add_routes(http::Router& router, const accounts::Guard& guard);
    void add_control_routes(http::Router& router);

  private:
    using Principal = accounts::Principal;

    Task<http::Reply> stats(http::Request& request, const Principal& principal);
    Task<http::Reply> log(http::Request& request, const Principal& principal);
    Task<http::Reply> resend(http::Request& request, const Principal& principal);
    Task<http::Reply> control_stats(http::Request& request);
    Task<http::Reply> control_log(http::Request& request);
    Task<http::Reply> control_resend(http::Request& request);
    Task<http::Reply> control_test(http::Request& request);

    http::Response answer_stats() const;
    Task<http::Reply> answer_log(std::string address);
    Task<http::Reply> answer_resend(std::string id);

    MailParts parts_;
    const std::string from_;
};

}  // namespace tripos::operations
