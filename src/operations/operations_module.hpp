// SPDX-License-Identifier: MIT
#pragma once
// OperationsModule: what keeps the site running and shows how it does, put together: health,
// metrics, mails, queues, caches, the pages, and the chores of every module.

#include "module/module.hpp"
#include "operations/audit_api.hpp"
#include "operations/backlog_watch.hpp"
#include "operations/chores.hpp"
#include "operations/description_api.hpp"
#include "operations/findings_api.hpp"
#include "operations/health_api.hpp"
#include "operations/history_api.hpp"
#include "operations/operations_parts.hpp"
#include "operations/queue_admin.hpp"
#include "operations/site_api.hpp"

namespace tripos::operations {

struct OperationsOptions {
    HealthOptions health;
    ChoresOptions chores;
    SiteOptions site;
    std::string mail_from;  ///< MAIL_FROM
};

class OperationsModule final : public Module {
  public:
    /// `chores`: of every module; asked when this one starts, so that none is left out, however the
    /// list is ordered.
    OperationsModule(const OperationsParts& parts, std::function<std::vector<Chore>()> chores,
                     OperationsOptions options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;
    void add_control_routes(http::Router& router) override;
    void add_metrics_route(http::Router& router) { health_.add_metrics_route(router); }
    /// Brings figures up to date that are only made when somebody asks for them. Thread-safe.
    void refresh_figures() { health_.refresh_figures(); }
    /// Those of its routes that a process has which serves no people.
    void add_health_routes(http::Router& router) { health_.add_routes(router); }
    Task<> start() override;
    Task<> start_work() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    /// What was changed of the queues while the site ran holds from their first job on.
    Task<> adopt_tuning() { return queue_tuning_.adopt(); }
    /// From then on /readyz says that the process is stopping.
    void announce_stop() { health_.set_stopping(); }

  private:
    const OperationsParts parts_;
    const accounts::Guard& guard_;
    const std::string mail_from_;
    const bool developer_pages_;
    const std::function<std::vector<Chore>()> all_chores_;
    Chores chores_;
    HealthApi health_;
    FindingsApi findings_;
    BacklogWatch backlog_;
    HistoryApi history_;
    AuditApi audit_;
    QueueTuning queue_tuning_;
    QueueAdmin queue_admin_;
    SiteApi site_;
    DescriptionApi description_;
};

}  // namespace tripos::operations
