// SPDX-License-Identifier: MIT
#include "newsletters/newsletters_module.hpp"

#include "newsletters/newsletter_store.hpp"

namespace tripos::newsletters {

NewslettersModule::NewslettersModule(const Parts& parts, const accounts::Guard& guard,
                                     const notices::Outbox& outbox, notices::UnsubscribeLinks links,
                                     NewslettersOptions options)
    : guard_(guard),
      fanout_(parts.background.get_executor(), parts.database, outbox, options.fanout, parts.clock,
              parts.random),
      parts_{.database = parts.database,
             .outbox = outbox,
             .changed = [this] { fanout_.wake(); },
             .clock = parts.clock,
             .random = parts.random},
      newsletters_(parts_),
      suppressions_(parts_),
      unsubscribe_(parts_, std::move(links)),
      events_(parts_, std::move(options.webhook_secret)) {}

std::vector<sql::Migration> NewslettersModule::migrations() const {
    return newsletters::migrations();
}

void NewslettersModule::add_routes(http::Router& router) {
    newsletters_.add_routes(router, guard_);
    suppressions_.add_routes(router, guard_);
    unsubscribe_.add_routes(router);
    events_.add_routes(router);
}

void NewslettersModule::add_control_routes(http::Router& router) {
    suppressions_.add_control_routes(router);
}

Task<> NewslettersModule::start() {
    fanout_.start();
    co_return;
}

Task<> NewslettersModule::stop(std::chrono::milliseconds) {
    return fanout_.stop();
}

}  // namespace tripos::newsletters
