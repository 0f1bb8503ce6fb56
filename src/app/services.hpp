// SPDX-License-Identifier: MIT
#pragma once
// Services: everything that works on the engines, built in dependency order and wired to the
// routers. Destruction runs the other way, so nothing outlives what it uses.

#include <memory>

#include "accounts/accounts.hpp"
#include "app/config.hpp"
#include "app/data_folder.hpp"
#include "app/engines.hpp"
#include "app/invalidation_log.hpp"
#include "async/io_threads.hpp"
#include "cache/cache.hpp"
#include "exams/exams_module.hpp"
#include "http/router.hpp"
#include "mail/dev_inbox_api.hpp"
#include "mail/dkim.hpp"
#include "newsletters/newsletters_module.hpp"
#include "notices/mail_pipeline.hpp"
#include "operations/account_data_api.hpp"
#include "operations/cache_api.hpp"
#include "operations/cache_control.hpp"
#include "operations/chores.hpp"
#include "operations/description_api.hpp"
#include "operations/health_api.hpp"
#include "operations/mail_api.hpp"
#include "operations/notifications_api.hpp"
#include "operations/pages_api.hpp"
#include "operations/queue_control.hpp"
#include "operations/queues_api.hpp"
#include "operations/results_mail_api.hpp"

namespace tripos::app {

/// What Services is built from; all outlive it.
struct ServicesParts {
    const Config& config;
    const DataFolder& folder;
    Engines& engines;
    IoThreads& threads;
    const Clock& clock;
    Random& random;
    Metrics& metrics;
};

/// Owned by Application. Requires: both engines are open.
class Services {
  public:
    explicit Services(ServicesParts parts);
    ~Services();  ///< Requires: stop() has been called.
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    /// Brings the schema up to date. Blocking.
    void migrate();
    /// For whoever has written past the services. Blocking.
    void clear_cache();
    /// Starts relay, worker, reconciler and deadline loop.
    void start();
    /// From then on /readyz says that the process is stopping.
    void announce_stop() { health_.set_stopping(); }
    /// Ends what start() began: running mails get `grace` to finish. Blocking; twice is fine.
    void stop(std::chrono::milliseconds grace);

    void add_routes(http::Router& router);
    /// The routes of the parts that the control socket reaches.
    void add_control_routes(http::Router& router);
    void add_metrics_route(http::Router& router) { health_.add_metrics_route(router); }

    accounts::Accounts& accounts() { return accounts_; }

  private:
    std::vector<operations::Chore> chores();

    ServicesParts parts_;
    Secret email_secret_;
    cache::Cache cache_;
    InvalidationLog invalidation_log_;
    notices::Outbox outbox_;
    std::unique_ptr<mail::DkimSigner> dkim_;     ///< none: messages go unsigned
    std::unique_ptr<mail::Transport> relay_;     ///< none: mails stay in the dev inbox
    std::unique_ptr<mail::DevInbox> dev_inbox_;  ///< none: mails go to the relay only
    std::optional<mail::DevInboxApi> dev_inbox_api_;
    mail::Transport& transport_;  ///< one of the two
    notices::MailPipeline pipeline_;
    accounts::Accounts accounts_;
    exams::ExamsModule exams_;
    newsletters::NewslettersModule newsletters_;
    operations::Chores chores_;
    operations::AccountDataApi account_data_;
    operations::HealthApi health_;
    operations::NotificationsApi notifications_;
    operations::ResultsMailApi results_mail_;
    operations::MailApi mail_api_;
    operations::QueueAdmin queue_admin_;
    operations::QueuesApi queues_;
    operations::QueueControl queue_control_;
    operations::CacheApi cache_api_;
    operations::CacheControl cache_control_;
    operations::PagesApi pages_;
    operations::DescriptionApi description_;
    bool stopped_ = false;
};

}  // namespace tripos::app
