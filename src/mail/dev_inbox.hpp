// SPDX-License-Identifier: MIT
#pragma once
// DevInbox: the transport of a site without SMTP. Mails are stored in SQL (the newest 1,000) and
// shown under /dev/inbox, never sent. Not constructed in production.

#include "http/router.hpp"
#include "mail/transport.hpp"
#include "sql/database.hpp"
#include "sql/migrations.hpp"

namespace tripos::mail {

/// Thread-safe.
class DevInbox final : public Transport {
  public:
    DevInbox(sql::Database& database, const Clock& clock, Random& random);

    static std::vector<sql::Migration> migrations();

    Task<Delivery> send(Message message) override;
    std::string describe() const override { return "dev inbox"; }

    /// GET /dev/inbox (page), GET /dev/api/mails[?to=&page=&limit=], GET and DELETE
    /// /dev/api/mails/:id, DELETE /dev/api/mails. A mail as JSON: id, to, from, subject, html,
    /// text, links[], codes[] (6-digit numbers), receivedAt.
    void add_routes(http::Router& router);

  private:
    Task<http::Response> list(http::Request& request);
    Task<http::Response> show(http::Request& request);
    Task<http::Response> remove(http::Request& request);
    Task<http::Response> clear(http::Request& request);

    sql::Database& database_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace tripos::mail
