// SPDX-License-Identifier: MIT
#include "newsletters/newsletters_module.hpp"

#include "newsletters/mail_events_api.hpp"
#include "newsletters/newsletter_store.hpp"
#include "newsletters/newsletters_api.hpp"
#include "newsletters/suppressions_api.hpp"
#include "newsletters/unsubscribe_api.hpp"

namespace tripos::newsletters {

NewslettersModule::NewslettersModule(const NewslettersParts& parts, notices::UnsubscribeLinks links,
                                     NewslettersOptions options)
    : parts_(parts),
      fanout_(parts.background.get_executor(), parts.database, parts.outbox, options.fanout,
              parts.clock, parts.random),
      newsletters_(parts, parts.outbox, [this] { fanout_.wake(); }),
      notifications_(parts, parts.outbox, parts.runner),
      links_(std::move(links)),
      webhook_secret_(std::move(options.webhook_secret)) {}

std::vector<sql::Migration> NewslettersModule::migrations() {
    return newsletters::migrations();
}

void NewslettersModule::add_routes(http::Router& router) {
    add_newsletter_routes(router, parts_.guard, newsletters_);
    notifications_.add_routes(router, parts_.guard);
    add_suppression_routes(router, parts_.guard, parts_);
    add_unsubscribe_routes(router, parts_, links_);
    add_mail_event_routes(router, parts_, webhook_secret_);
}

void NewslettersModule::add_control_routes(http::Router& router) {
    add_suppression_control_routes(router, parts_);
}

Task<> NewslettersModule::start_work() {
    fanout_.start();
    co_return;
}

Task<std::int64_t> NewslettersModule::cancel_restored(Timestamp data_from) {
    auto cancel = [data_from, now = parts_.clock.now()](sql::Session& session) {
        std::int64_t cancelled = 0;
        for (const auto& one : find_unsettled(session)) {
            const bool is_restored = one.started_at && *one.started_at <= data_from;
            if (is_restored &&
                change_status(session, one.id, {NewsletterStatus::sending},
                              {.to = NewsletterStatus::cancelled, .reason = {}, .at = now})) {
                ++cancelled;
            }
        }
        return cancelled;
    };
    co_return co_await parts_.database.write(std::move(cancel));
}

Task<> NewslettersModule::stop(std::chrono::milliseconds) {
    return fanout_.stop();
}

}  // namespace tripos::newsletters
