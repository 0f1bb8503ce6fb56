// SPDX-License-Identifier: MIT
#pragma once
// Services: everything that works on the engines, built in dependency order and wired to the
// routers. Destruction runs the other way, so nothing outlives what it uses.

#include <memory>

#include "accounts/accounts.hpp"
#include "app/config.hpp"
#include "app/data_folder.hpp"
#include "app/engines.hpp"
#include "async/io_threads.hpp"
#include "cache/cache.hpp"
#include "exams/exams_module.hpp"
#include "http/router.hpp"
#include "mail/dev_inbox.hpp"
#include "notices/mail_pipeline.hpp"
#include "operations/account_data_api.hpp"
#include "operations/description_api.hpp"
#include "operations/health_api.hpp"
#include "operations/notifications_api.hpp"
#include "operations/pages_api.hpp"
#include "operations/queue_control.hpp"
#include "operations/queues_api.hpp"

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
    /// Starts relay, worker, reconciler and deadline loop.
    void start();
    /// From then on /readyz says that the process is stopping.
    void announce_stop() { health_.set_stopping(); }
    /// Ends what start() began: running mails get `grace` to finish. Blocking; twice is fine.
    void stop(std::chrono::milliseconds grace);

    void add_routes(http::Router& router);
    /// The routes of the parts that the control socket reaches.
    void add_control_routes(http::Router& router);

    accounts::Accounts& accounts() { return accounts_; }

  private:
    ServicesParts parts_;
    Secret email_secret_;
    cache::Cache cache_;
    notices::Outbox outbox_;
    std::unique_ptr<mail::Transport> transport_;
    mail::DevInbox* dev_inbox_ = nullptr;  ///< the transport, when it is the dev inbox
    notices::MailPipeline pipeline_;
    accounts::Accounts accounts_;
    exams::ExamsModule exams_;
    operations::AccountDataApi account_data_;
    operations::HealthApi health_;
    operations::NotificationsApi notifications_;
    operations::QueueAdmin queue_admin_;
    operations::QueuesApi queues_;
    operations::QueueControl queue_control_;
    operations::PagesApi pages_;
    operations::DescriptionApi description_;
    bool stopped_ = false;
};

}  // namespace tripos::app
