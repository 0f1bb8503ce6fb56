// SPDX-License-Identifier: MIT
#pragma once
// NewslettersModule: newsletters, mailing lists, the suppression list and what feeds it, wired
// together.

#include "module/module.hpp"
#include "module/parts.hpp"
#include "newsletters/mail_events_api.hpp"
#include "newsletters/newsletter_fanout.hpp"
#include "newsletters/newsletters_api.hpp"
#include "newsletters/suppressions_api.hpp"
#include "newsletters/unsubscribe_api.hpp"

namespace tripos::newsletters {

struct NewslettersOptions {
    FanoutOptions fanout;
    Secret webhook_secret;  ///< MAIL_WEBHOOK_SECRET
};

class NewslettersModule final : public Module {
  public:
    NewslettersModule(const Parts& parts, const accounts::Guard& guard,
                      const notices::Outbox& outbox, notices::UnsubscribeLinks links,
                      NewslettersOptions options);

    std::vector<sql::Migration> migrations() const override;
    void add_routes(http::Router& router) override;
    void add_control_routes(http::Router& router) override;
    Task<> start() override;
    Task<> stop(std::chrono::milliseconds grace) override;

  private:
    const accounts::Guard& guard_;
    NewsletterFanout fanout_;
    const NewslettersParts parts_;
    NewslettersApi newsletters_;
    SuppressionsApi suppressions_;
    UnsubscribeApi unsubscribe_;
    MailEventsApi events_;
};

}  // namespace tripos::newsletters
