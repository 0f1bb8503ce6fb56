// SPDX-License-Identifier: MIT
#include "app/application.hpp"

#include <thread>

#include "app/descriptor_limit.hpp"
#include "app/process_privacy.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
#include "app/tracing_settings.hpp"
#include "app/watchdog.hpp"
#include "operations/route_class.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

using std::chrono::milliseconds;

// Together below the 10 s that a stop may take.
constexpr milliseconds kRequestGrace{4'000};
constexpr milliseconds kMailGrace{4'000};

/// Only a site that people reach by HTTPS may ask browsers to insist on it.
std::string transport_security(const Config& config) {
    if (!config.is_production() || !config.public_url.starts_with("https://")) {
        return {};
    }
    return config.hsts_subdomains ? "max-age=31536000; includeSubDomains" : "max-age=31536000";
}

http::ServerOptions server_options_of(const Config& config, std::optional<int> listener,
                                      trace::Tracer* tracer) {
    const auto descriptors = raise_descriptor_limit();
    const auto connections =
        connections_within(descriptors, http::ServerOptions().connection_limit);
    log::info("app", "file descriptors",
              {{"limit", static_cast<std::int64_t>(descriptors)},
               {"connections", static_cast<std::int64_t>(connections)}});
    return {.endpoint = {.host = config.host,
                         .port = static_cast<std::uint16_t>(config.port),
                         .socket = listener},
            .connection_limit = connections,
            .half_requests_per_address = static_cast<std::size_t>(config.half_requests_per_address),
            .trusted_proxies = config.trusted_proxies,
            .cors_origins = config.origins(),
            .route_class = operations::route_class,
            .transport_security = transport_security(config),
            .tracer = tracer};
}

/// Of a worker only its health is asked for.
std::size_t request_threads(const Config& config, Role role) {
    return role == Role::worker ? 1 : static_cast<std::size_t>(config.http_threads);
}

void print_demo(const std::optional<DemoLogins>& logins, std::uint16_t port) {
    log::announce("Open http://localhost:" + std::to_string(port));
    if (!logins) {
        log::announce("The database has accounts already: no demo data was added.");
        return;
    }
    log::announce("Demo log-ins, shown only now:");
    log::announce("  administrator  " + logins->admin_email + "  " + logins->admin_password);
    log::announce("  candidates     " + logins->candidate_email_first + " to " +
                  logins->candidate_email_last + "  " + logins->candidate_password);
}

}  // namespace

Application::Application(Config config, Role role)
    : config_(std::move(config)),
      role_(role),
      tracing_(tracing_options(config_), wall_, random_, metrics_),
      folder_(config_.data_dir),
      manager_(settings::read_environment()),
      threads_(request_threads(config_, role)),
      engines_(config_, folder_, threads_, metrics_) {
    config_.data_dir = folder_.path();
    if (config_.is_production()) {
        forbid_core_dumps();
    }
    if (runs(role_)) {
        take_port();
    }
    threads_.start();
    tracing_.start();
    if (engines_.open_redis()) {
        say("Redis initialized");
    } else {
        say("Redis is away: going on without it, mails wait and reads come from the database");
    }
    engines_.watch_redis();
    engines_.open_database();
    services_ = std::make_unique<Services>(ServicesParts{.config = config_,
                                                         .folder = folder_,
                                                         .engines = engines_,
                                                         .threads = threads_,
                                                         .clock = clock_,
                                                         .wall = wall_,
                                                         .random = random_,
                                                         .metrics = metrics_,
                                                         .tracer = tracing_.tracer()});
    say("Email queue initialized");
    services_->migrate(folder_.path());
    say("Database connected & synced");
    services_->add_routes(router_);
    services_->add_health_routes(health_router_);
    services_->add_metrics_route(metrics_router_);
    seeding_ = std::make_unique<Seeding>(engines_.database(), *services_, router_, clock_, random_);
    control_api_ = std::make_unique<ControlApi>(*seeding_);
    control_api_->add_routes(control_router_);
    user_control_ = std::make_unique<UserControl>(services_->accounts(), random_);
    user_control_->add_routes(control_router_);
    services_->add_control_routes(control_router_);
}

void Application::say(std::string_view line) const {
    if (runs(role_)) {
        log::announce(line);
    }
}

Application::~Application() {
    stop_cohort();
    if (server_) {
        run_blocking(threads_.background(), server_->stop(milliseconds(0)));
    }
    if (services_) {
        services_->stop(milliseconds(0));
    }
    engines_.close();
    tracing_.stop();
    threads_.stop();
}

void Application::run(bool demo) {
    services_->start(role_);
    listen();
    if (demo) {
        const auto logins =
            run_blocking(threads_.background(),
                         seeding_->demo(config_.demo_cohort ? Cohort::writes : Cohort::none));
        services_->clear_cache();  // it may know the empty lists
        print_demo(logins, server_->port());
        if (logins) {
            run_blocking(threads_.background(), start_cohort(*logins));
        }
    }
    manager_.tell("READY=1");
    wait();
    manager_.tell("STOPPING=1");
    log::info("app", "stopping");
    stop_cohort();
    stop_serving();
    log::info("app", "stopped");
}

void Application::wait() {
    constexpr std::chrono::hours kNobodyLooks{24};
    Watchdog watchdog(threads_, engines_.database());
    wait_for_stop_signal(manager_.watchdog().value_or(kNobodyLooks), [&] {
        if (watchdog.all_move()) {
            manager_.tell("WATCHDOG=1");
        }
    });
}

Task<> Application::start_cohort(DemoLogins logins) {
    cohort_ = std::make_unique<TaskGroup>(co_await asio::this_coro::executor);
    for (const auto& user_id : logins.simulated) {
        cohort_->spawn("demo candidate", seeding_->sit(user_id, logins.live_id));
    }
}

void Application::stop_cohort() {
    if (cohort_) {
        run_blocking(threads_.background(), cohort_->stop());
        cohort_.reset();
    }
}

void Application::take_port() {
    const auto& router = role_ == Role::worker ? health_router_ : router_;
    server_ = std::make_unique<http::Server>(
        threads_, router, server_options_of(config_, manager_.listener(), tracing_.tracer()),
        clock_, metrics_);
    server_->bind();
    if (config_.public_url.empty()) {
        config_.public_url = "http://localhost:" + std::to_string(server_->port());
    }
}

void Application::listen() {
    server_->start();
    server_->start_unix(config_.socket_path(), control_router_);
    if (const auto endpoint = config_.metrics_endpoint()) {
        const auto port = server_->start_also(*endpoint, metrics_router_);
        log::info("app", "metrics", {{"port", std::int64_t{port}}});
    }
    log::announce(
        (role_ == Role::worker ? "Worker running, health on port " : "Server running on port ") +
        std::to_string(server_->port()));
}

void Application::stop_serving() {
    services_->announce_stop();
    if (config_.stop_delay > 0) {
        server_->wind_down();
        std::this_thread::sleep_for(std::chrono::seconds(config_.stop_delay));
    }
    run_blocking(threads_.background(), server_->stop(kRequestGrace));
    services_->stop(kMailGrace);
    engines_.close();
}

http::Response Application::control(const std::string& path, const std::string& json) {
    http::Request request{.method = http::Method::post,
                          .path = path,
                          .headers = {{"content-type", "application/json"}},
                          .body = json,
                          .is_local = true};
    return run_blocking(threads_.background(), control_router_.dispatch(request));
}

}  // namespace tripos::app
