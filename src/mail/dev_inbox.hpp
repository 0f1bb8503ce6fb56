// SPDX-License-Identifier: MIT
#pragma once
// DevInbox: the transport of a site without SMTP. Mails are stored in SQL (the newest 1,000) and
// shown under /dev/inbox, never sent. Not constructed in production.

#include "core/clock.hpp"
#include "core/random.hpp"
#include "http/router.hpp"
#include "mail/transport.hpp"
#include "sql/database.hpp"
#include "sql/migrations.hpp"

namespace tripos::mail {

/// Thread-safe. Borrows everything it is given; all of it outlives the inbox.
class DevInbox final : public Transport {
  public:
    DevInbox(sql::Database& database, const Clock& clock, Random& random);

    static std::vector<sql::Migration> migrations();

    /// Stores the mail once it would also pass an SMTP transport; always `delivered` or `failed`.
    Task<Delivery> send(Message message, SendParams params) override;
    Task<Probe> probe(Message message) override;
    std::string describe() const override { return "dev inbox"; }

    /// GET /dev/inbox (page) and its files under /dev/assets; GET
    /// /dev/api/mails[?to=&page=&limit=]: `mails`, `total`, `page`, `limit`, newest first (`to`: a
    /// whole address, or a part of one); GET /dev/api/mails/:id: `mail`; DELETE /dev/api/mails/:id
    /// and /dev/api/mails. A mail is {id, to, from, subject, html, text, links[], codes[] (6-digit
    /// numbers), receivedAt}.
    void add_routes(http::Router& router);

  private:
    Task<Delivery> keep(Message message);
    Task<http::Response> page(http::Request& request);
    Task<http::Response> script(http::Request& request);
    Task<http::Response> style(http::Request& request);
    Task<http::Response> list(http::Request& request);
    Task<http::Response> show(http::Request& request);
    Task<http::Response> remove(http::Request& request);
    Task<http::Response> clear(http::Request& request);

    sql::Database& database_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace tripos::mail
