// SPDX-License-Identifier: MIT
#pragma once
// NewslettersModule: newsletters, mailing lists, the suppression list and what feeds it, wired
// together.

#include "newsletters/mail_events_api.hpp"
#include "newsletters/newsletter_fanout.hpp"
#include "newsletters/newsletter_store.hpp"
#include "newsletters/newsletters_api.hpp"
#include "newsletters/suppressions_api.hpp"
#include "newsletters/unsubscribe_api.hpp"

namespace tripos::newsletters {

struct NewslettersOptions {
    FanoutOptions fanout;
    Secret webhook_secret;  ///< MAIL_WEBHOOK_SECRET
};

/// What the module works with; all outlive it.
struct NewslettersParts {
    asio::any_io_executor executor;  ///< of the fan-out
    sql::Database& database;
    const notices::Outbox& outbox;
    notices::UnsubscribeLinks unsubscribe_links;
    std::function<void()> mail_queued;  ///< from any thread
    const Clock& clock;
    Random& random;
};

/// Thread-safe, but start() and stop(). Owned by the composition root.
class NewslettersModule {
  public:
    NewslettersModule(NewslettersParts parts, NewslettersOptions options);

    void add_routes(http::Router& router, const accounts::Guard& guard);
    void add_control_routes(http::Router& router);
    void start();
    Task<> stop();

  private:
    NewsletterFanout fanout_;
    const Environment env_;
    NewslettersApi newsletters_;
    SuppressionsApi suppressions_;
    UnsubscribeApi unsubscribe_;
    MailEventsApi events_;
};

}  // namespace tripos::newsletters
