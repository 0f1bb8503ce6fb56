// SPDX-License-Identifier: MIT
#pragma once
// DevInboxApi: what the page of the dev inbox, /dev/inbox of the site, and programs ask.
//
//   GET    /dev/api/mails             ?to=&q=&page=&limit=  newest first
//   GET    /dev/api/mails/:id         one, with its headers
//   GET    /dev/api/mails/:id/html    the HTML alone, sandboxed; /source the whole message
//   DELETE /dev/api/mails, /dev/api/mails/:id
//   GET, PUT /dev/api/failures        {failures: [{stage, reply, probability}]}
//
// A mail is {id, to, from, subject, html, text, links[], codes[] (6-digit numbers), receivedAt}.

#include "http/router.hpp"
#include "mail/dev_inbox.hpp"

namespace tripos::mail {

enum class DevInboxAudience {
    everyone,      ///< development
    this_machine,  ///< anywhere else: the inbox shows every code
};

/// Thread-safe. The inbox outlives it.
class DevInboxApi {
  public:
    /// The inbox outlives it. `site_url`: PUBLIC_URL. Besides its host only addresses and localhost
    /// name this server: a page elsewhere whose name is made to lead here (DNS rebinding) reads no
    /// mail.
    DevInboxApi(DevInbox& inbox, DevInboxAudience audience, const std::string& site_url);

    void add_routes(http::Router& router);  ///< /dev/api

  private:
    /// The handler, for those who may see the inbox; others find nothing there.
    template <class... Bound>
    http::Handler guarded(Bound... bound) {
        return checked(http::bind(this, std::move(bound)...));
    }
    http::Handler checked(http::Handler handler);
    bool names_us(const http::Request& request) const;
    Task<http::Reply> check(http::Request& request, const http::Handler& handler);
    Task<http::Reply> list(http::Request& request);
    Task<http::Reply> show(http::Request& request, std::string id);
    Task<http::Reply> html(http::Request& request, std::string id);
    Task<http::Reply> source(http::Request& request, std::string id);
    Task<http::Reply> remove(http::Request& request, std::string id);
    Task<http::Reply> clear(http::Request& request);
    Task<http::Reply> failures(http::Request& request);
    Task<http::Reply> set_failures(http::Request& request);

    DevInbox& inbox_;
    const DevInboxAudience audience_;
    std::string site_host_;
};

}  // namespace tripos::mail
