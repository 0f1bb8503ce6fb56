// SPDX-License-Identifier: MIT
#include "newsletters/newsletters_module.hpp"

namespace tripos::newsletters {

NewslettersModule::NewslettersModule(NewslettersParts parts, NewslettersOptions options)
    : fanout_(parts.executor, parts.database, parts.mail_queued, options.fanout, parts.clock,
              parts.random),
      env_{.database = parts.database,
           .outbox = parts.outbox,
           .mail_queued = parts.mail_queued,
           .changed = [this] { fanout_.wake(); },
           .clock = parts.clock,
           .random = parts.random},
      newsletters_(env_),
      suppressions_(env_),
      unsubscribe_(env_, std::move(parts.unsubscribe_links)),
      events_(env_, std::move(options.webhook_secret)) {}

void NewslettersModule::add_routes(http::Router& router, const accounts::Guard& guard) {
    newsletters_.add_routes(router, guard);
    suppressions_.add_routes(router, guard);
    unsubscribe_.add_routes(router);
    events_.add_routes(router);
}

void NewslettersModule::add_control_routes(http::Router& router) {
    suppressions_.add_control_routes(router);
}

void NewslettersModule::start() {
    fanout_.start();
}

Task<> NewslettersModule::stop() {
    co_await fanout_.stop();
}

}  // namespace tripos::newsletters
