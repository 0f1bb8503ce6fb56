// SPDX-License-Identifier: MIT
#pragma once
// Application: the composition root. Owns every part of the process, opens it in order and closes
// it in reverse.

#include <memory>
#include <string>

#include "app/config.hpp"
#include "app/control_api.hpp"
#include "app/data_folder.hpp"
#include "app/engines.hpp"
#include "app/role.hpp"
#include "app/seeding.hpp"
#include "app/service_manager.hpp"
#include "app/services.hpp"
#include "app/user_control.hpp"
#include "async/io_threads.hpp"
#include "async/task_group.hpp"
#include "http/server.hpp"
#include "otlp/tracing.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::app {

/// Used from the main thread; control() from any.
class Application {
  public:
    /// Takes the data folder; opens Redis and SQL; brings the schema up to date. Says the first
    /// three start-up lines, unless for a command, to whose result standard output belongs. Throws
    /// StartFailure.
    Application(Config config, Role role);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    /// Does what the role says until SIGINT or SIGTERM, then stops gracefully within 10 s. `demo`:
    /// fills an empty database.
    void run(bool demo);

    /// Runs one control request in this process, for commands that found no server running.
    http::Response control(const std::string& path, const std::string& json);

  private:
    /// Before anything else is opened: a taken port is refused at once, and PUBLIC_URL needs to
    /// know it.
    void take_port();
    void listen();
    /// Until somebody wants it to stop; feeds the watchdog meanwhile.
    void wait();
    void stop_serving();
    Task<> start_cohort(DemoLogins logins);
    void stop_cohort();

    void say(std::string_view line) const;

    Config config_;
    const Role role_;
    SystemClock wall_;
    SiteClock clock_{boot_id()};
    SecureRandom random_;
    Metrics metrics_;
    trace::Tracing tracing_;  ///< ended last: whatever runs may have a place in a trace
    DataFolder folder_;
    const ServiceManager manager_;
    IoThreads threads_;
    Engines engines_;
    http::Router router_;
    http::Router control_router_{http::Failures::shown};
    http::Router health_router_;   ///< of a worker
    http::Router metrics_router_;  ///< of METRICS_LISTEN
    std::unique_ptr<Services> services_;
    std::unique_ptr<Seeding> seeding_;
    std::unique_ptr<ControlApi> control_api_;
    std::unique_ptr<UserControl> user_control_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<TaskGroup> cohort_;  ///< of a fresh demo
};

}  // namespace tripos::app
