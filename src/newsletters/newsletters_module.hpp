// SPDX-License-Identifier: MIT
#pragma once
// NewslettersModule: newsletters, notifications, mailing lists, the suppression list and what feeds
// it, wired together.

#include "module/module.hpp"
#include "module/parts.hpp"
#include "newsletters/newsletter_fanout.hpp"
#include "newsletters/newsletter_service.hpp"
#include "newsletters/notifications_api.hpp"
#include "notices/unsubscribe_links.hpp"

namespace tripos::newsletters {

struct NewslettersOptions {
    FanoutOptions fanout;
    Secret webhook_secret;  ///< MAIL_WEBHOOK_SECRET
};

struct NewslettersParts : Parts {
    const accounts::Guard& guard;
    const notices::Outbox& outbox;
    work::Runner& runner;
};

class NewslettersModule final : public Module {
  public:
    NewslettersModule(const NewslettersParts& parts, notices::UnsubscribeLinks links,
                      NewslettersOptions options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;
    void add_control_routes(http::Router& router) override;
    Task<> start_work() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    /// Cancels those of restored data whose mails were on their way, whoever has them already; how
    /// many.
    Task<std::int64_t> cancel_restored(Timestamp data_from);

  private:
    const NewslettersParts parts_;
    NewsletterFanout fanout_;
    NewsletterService newsletters_;
    NotificationsApi notifications_;
    const notices::UnsubscribeLinks links_;
    const Secret webhook_secret_;
};

}  // namespace tripos::newsletters
