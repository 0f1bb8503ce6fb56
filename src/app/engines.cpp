// SPDX-License-Identifier: MIT
#include "app/engines.hpp"

#include <chrono>
#include <filesystem>
#include <thread>
#include <tuple>
#include <vector>

#include "app/process_privacy.hpp"
#include "app/redis_names.hpp"
#include "app/start_failure.hpp"
#include "core/assert.hpp"
#include "core/text.hpp"
#include "doctor/check.hpp"
#include "doctor/redis_probe.hpp"
#include "redis/resolver.hpp"
#include "settings/option.hpp"
#include "sql/database_address.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A request waits for the cache at most this long before the database answers; a queue command may
// take its time.
constexpr milliseconds kCacheLimit{250};
constexpr milliseconds kQueueLimit{2'000};

const Secret& or_else(const Secret& value, const Secret& otherwise) {
    return value.empty() ? otherwise : value;
}

/// What `open` makes of the database, as soon as that answers.
template <class Open>
auto when_reachable(const Config& config, Open open) {
    const sql::DatabaseOptions options{
        .url = config.database_url.reveal(),
        .readers = static_cast<std::size_t>(config.database_readers),
        .statement_timeout = milliseconds(config.database_statement_timeout),
        .lock_timeout = milliseconds(config.database_lock_timeout)};
    const auto deadline = steady_clock::now() + std::chrono::seconds(config.database_start_timeout);
    for (bool told = false;; told = true) {
        try {
            return open(options);
        } catch (const sql::DatabaseUnavailable& failure) {
            if (steady_clock::now() >= deadline) {
                throw StartFailure(ExitCode::try_later, "The database cannot be reached (" +
                                                            on_one_line(failure.what()) +
                                                            "); start it, or correct DATABASE_URL");
            }
            if (!told) {
                log::warn("sql", "the database does not answer; waiting for it",
                          {{"what", on_one_line(failure.what())},
                           {"seconds", config.database_start_timeout}});
            }
        } catch (const SystemError& failure) {
            throw StartFailure(ExitCode::bad_settings, "The database cannot be opened (" +
                                                           on_one_line(failure.what()) +
                                                           "); correct DATABASE_URL");
        }
        std::this_thread::sleep_for(milliseconds(200));
    }
}

redis::Judge judge_for(const redis::Client& client, doctor::Use use) {
    return [look = doctor::look_of(client.address(), use)](const redis::ServerReport& report) {
        auto one = look;
        one.report = report;
        return doctor::judge_server(std::move(one));
    };
}

void plan_clients(const redis::Client& client, const char* use, Metrics& metrics) {
    const auto threads = client.contexts().size() - 1;  // one is the background's
    metrics
        .gauge("tripos_redis_clients_planned", "Clients that this process opens at most",
               {{"use", use}})
        .set(static_cast<double>(doctor::planned_clients(static_cast<std::int64_t>(threads))));
}

}  // namespace

Engines::Engines(const Config& config, const DataFolder& folder, IoThreads& threads,
                 Metrics& metrics)
    : config_(config), folder_(folder), threads_(threads), metrics_(metrics) {}

Engines::~Engines() {
    close();
}

std::unique_ptr<redis::Client> Engines::connect(const Secret& url, const char* key,
                                                milliseconds limit, std::string slot_key) {
    auto address = redis::parse_address(url.reveal());
    TRIPOS_ASSERT(address.has_value());  // the settings were checked
    if (!address->server.tls.verify) {
        log::warn("redis", "the server is not verified: anyone in between can pass for it",
                  {{"setting", key}, {"cure", "remove verify=off, and set cacert"}});
    }
    redis::ConnectionOptions options{
        .endpoint = address->server, .client_name = "tripos", .command_limit = limit};
    if (address->kind != redis::Address::Kind::fixed) {
        options.resolver = std::make_shared<redis::Resolver>(
            threads_.background(), std::move(*address), std::move(slot_key));
    }
    auto client = std::make_unique<redis::Client>(threads_.all(), std::move(options));
    client->start();
    return client;
}

bool Engines::open_redis() {
    auto url = config_.redis_url;
    if (url.empty()) {
        embedded_ = std::make_unique<redis::EmbeddedServer>(redis::EmbeddedServerOptions{
            .alternative = "set REDIS_URL to a server that runs elsewhere",
            .directory = folder_.path() + "/redis",
            .max_memory = static_cast<std::size_t>(config_.redis_memory_mb) << 20,
            .lock_file = folder_.lock_file()});
        embedded_->start();
        url = Secret(embedded_->url());
    }
    const auto& cache_url = or_else(config_.cache_redis_url, url);
    const auto& queue_url = or_else(config_.queue_redis_url, url);
    const auto* cache_key = config_.cache_redis_url.empty() ? "REDIS_URL" : "CACHE_REDIS_URL";
    cache_redis_ = connect(cache_url, cache_key, kCacheLimit, cache_prefix_of(config_));
    const auto* queue_key = config_.queue_redis_url.empty() ? "REDIS_URL" : "QUEUE_REDIS_URL";
    queue_redis_ = connect(queue_url, queue_key, kQueueLimit, config_.queue_prefix + ":");
    return wait_until_connected();
}

bool Engines::wait_until_connected() {
    const auto deadline = steady_clock::now() + std::chrono::seconds(config_.redis_start_timeout);
    while (!cache_redis().is_connected() || !queue_redis().is_connected()) {
        if (steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
}

void Engines::watch_redis() {
    using doctor::Use;
    using redis::ServerWatch;
    const auto address = queue_redis().address();
    const bool one_server = address.kind != redis::Address::Kind::cluster &&
                            cache_redis().address().display() == address.display();
    queue_watch_ = std::make_unique<ServerWatch>(
        queue_redis(), one_server ? "redis" : "queue",
        judge_for(queue_redis(), one_server ? Use::both : Use::queue), wall_, metrics_);
    plan_clients(queue_redis(), one_server ? "redis" : "queue", metrics_);
    if (!one_server) {
        cache_watch_ = std::make_unique<ServerWatch>(
            cache_redis(), "cache", judge_for(cache_redis(), Use::cache), wall_, metrics_);
        plan_clients(cache_redis(), "cache", metrics_);
    }
    for (auto* watch : {queue_watch_.get(), cache_watch_.get()}) {
        if (watch != nullptr) {
            run_blocking(threads_.background(), watch->look());
            watch->start();
        }
    }
}

const redis::ServerWatch& Engines::cache_watch() const {
    return cache_watch_ ? *cache_watch_ : *queue_watch_;
}

void Engines::open_database() {
    // It need not be in DATA_DIR, and SQLite gives new files beside it the mode that it has.
    for (const auto& file : sql::database_files(config_.database_url.reveal())) {
        close_to_others(file, "give it to the user that runs Tripos");
    }
    database_ = when_reachable(config_, sql::Database::open);
}

void Engines::require_site(const Config& config) {
    if (when_reachable(config, sql::is_migrated)) {
        return;
    }
    const auto& url = config.database_url.reveal();
    const auto [where, cure] =
        url == config.own_database_url()
            ? std::pair(config.data_dir, "set DATA_DIR to the folder of one")
            : std::pair(settings::without_credentials(url), "correct DATABASE_URL");
    throw StartFailure(ExitCode::no_input,
                       "no site in " + where + "; " + cure + ", or make one with `tripos serve`");
}

void Engines::require_secrets(const Config& config) {
    std::vector<std::string> missing;
    for (const auto& [secret, file, setting] :
         {std::tuple(&config.jwt_access_secret, kAccessSecretFile, "JWT_ACCESS_SECRET"),
          {&config.jwt_email_secret, kEmailSecretFile, "JWT_EMAIL_SECRET"}}) {
        if (secret->empty() && !std::filesystem::exists(config.data_dir + "/" + file)) {
            missing.emplace_back(setting);
        }
    }
    if (!missing.empty() && when_reachable(config, sql::is_migrated)) {
        throw StartFailure(ExitCode::bad_settings,
                           "the site in " + config.data_dir +
                               " has secrets that are not set here: " + join(missing, ", ") +
                               "; give the command what its server has");
    }
}

void Engines::close() {
    if (std::exchange(closed_, true)) {
        return;
    }
    if (database_) {
        database_->close();
    }
    for (auto* watch : {queue_watch_.get(), cache_watch_.get()}) {
        if (watch != nullptr) {
            run_blocking(threads_.background(), watch->stop());
        }
    }
    for (auto* client : {cache_redis_.get(), queue_redis_.get()}) {
        if (client != nullptr) {
            run_blocking(threads_.background(), client->stop());
        }
    }
    if (embedded_) {
        embedded_->stop();
    }
}

}  // namespace tripos::app
