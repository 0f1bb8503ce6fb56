// SPDX-License-Identifier: MIT
#pragma once
// OperationsModule: what keeps the site running and shows how it does, put together: health,
// metrics, mails, queues, caches, the pages, and the chores of every module.

#include "accounts/accounts.hpp"
#include "module/module.hpp"
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

namespace tripos::operations {

struct OperationsParts : Parts {
    redis::Client& cache_redis;
    redis::Client& queue_redis;
    const redis::ServerWatch& cache_watch;
    const redis::ServerWatch& queue_watch;
    mail::Transport& transport;
    const notices::Outbox& outbox;
    notices::MailPipeline& pipeline;
    work::Runner& runner;
    accounts::Accounts& accounts;
    attempts::AttemptsModule& attempts;
    results::CandidateExport& candidate_export;
};

struct OperationsOptions {
    HealthOptions health;
    ChoresOptions chores;
    std::string mail_from;  ///< MAIL_FROM
};

class OperationsModule final : public Module {
  public:
    /// `chores`: of every module.
    OperationsModule(const OperationsParts& parts, std::vector<Chore> chores,
                     OperationsOptions options);

    std::vector<sql::Migration> migrations() const override;
    void add_routes(http::Router& router) override;
    void add_control_routes(http::Router& router) override;
    void add_metrics_route(http::Router& router) { health_.add_metrics_route(router); }
    Task<> start() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    /// From then on /readyz says that the process is stopping.
    void announce_stop() { health_.set_stopping(); }

  private:
    const accounts::Guard& guard_;
    Chores chores_;
    AccountDataApi account_data_;
    HealthApi health_;
    NotificationsApi notifications_;
    MailApi mail_;
    QueueAdmin queue_admin_;
    QueuesApi queues_;
    QueueControl queue_control_;
    CacheApi cache_;
    CacheControl cache_control_;
    PagesApi pages_;
    DescriptionApi description_;
};

}  // namespace tripos::operations
