// SPDX-License-Identifier: MIT
#pragma once
// Services: everything that works on the engines, as a list of modules: each is built from those
// before it, starts after them and stops before them.

#include <memory>
#include <vector>

#include "accounts/accounts_module.hpp"
#include "app/backup_module.hpp"
#include "app/clock_module.hpp"
#include "app/config.hpp"
#include "app/data_folder.hpp"
#include "app/engines.hpp"
#include "app/restore_hold.hpp"
#include "app/role.hpp"
#include "async/io_threads.hpp"
#include "limits/rate_limits.hpp"
#include "module/module.hpp"
#include "module/parts.hpp"
#include "operations/operations_module.hpp"

namespace tripos::app {

/// What Services is built from; all outlive it.
struct ServicesParts {
    const Config& config;
    const DataFolder& folder;
    Engines& engines;
    IoThreads& threads;
    SiteClock& clock;
    const Clock& wall;
    Random& random;
    Metrics& metrics;
    trace::Tracer* tracer = nullptr;
};

/// Owned by Application. Requires: both engines are open.
class Services {
  public:
    explicit Services(const ServicesParts& parts);
    ~Services();  ///< Requires: stop() has been called.
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    /// Brings the schema up to date, and the clock, and learns whether the data is held. A SQLite
    /// database that another release has left is copied into `data_dir` before. Blocking.
    void migrate(const std::string& data_dir);
    /// For whoever has written past the services. Blocking.
    void clear_cache();
    /// Starts what a process of that role does in the background; on held data, what sends mails or
    /// goes on without requests begins with the release. Blocking.
    void start(Role role);
    /// From then on /readyz says that the process is stopping, and no backup goes on.
    void announce_stop();
    /// Ends what start() began: running mails get `grace` to finish. Blocking; twice is fine.
    void stop(std::chrono::milliseconds grace);

    void add_routes(http::Router& router);
    /// Those of them that a process has which serves no people.
    void add_health_routes(http::Router& router) { operations_->add_health_routes(router); }
    /// The routes of the parts that the control socket reaches.
    void add_control_routes(http::Router& router);
    void add_metrics_route(http::Router& router) { operations_->add_metrics_route(router); }

    accounts::AccountsModule& accounts() { return *accounts_; }
    const Parts& parts() const { return parts_; }

  private:
    /// The next of the list.
    template <class Any, class... From>
    Any& add(From&&... from);
    std::vector<Chore> chores() const;
    void keep_a_way_back(const std::vector<sql::Migration>& all, const std::string& data_dir);
    Task<> start_acting(Role role);

    cache::Cache cache_;
    limits::RateLimits limits_;
    const Parts parts_;
    std::vector<std::unique_ptr<Module>> modules_;
    ClockModule* clock_ = nullptr;
    RestoreHold* hold_ = nullptr;
    BackupModule* backups_ = nullptr;
    notices::MailPipeline* pipeline_ = nullptr;
    accounts::AccountsModule* accounts_ = nullptr;
    operations::OperationsModule* operations_ = nullptr;
    bool stopped_ = false;
};

}  // namespace tripos::app
