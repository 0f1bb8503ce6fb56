// SPDX-License-Identifier: MIT
#pragma once
// Config: every setting of the program as a typed value, read from flags, environment and .env;
// docs/configuration.md lists them. Plain data; the composition root hands each module its part.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/role.hpp"
#include "core/secret.hpp"
#include "http/origins.hpp"
#include "http/server.hpp"
#include "settings/settings.hpp"

namespace tripos::app {

struct Config {
    // Where it runs
    std::string environment = "development";  ///< "development" or "production"
    std::string host;                         ///< 127.0.0.1, in production 0.0.0.0, unless set
    std::int64_t port = 8000;
    std::string data_dir = "./data";  ///< absolute once loaded
    std::string public_url;           ///< unless set http://localhost:<port>, once that is known
    std::string frontend_url;         ///< empty: Tripos' own pages
    std::string site_name = "Tripos";
    std::string site_logo;  ///< a file; empty: Tripos' own
    bool demo_cohort = true;
    /// Unless set: in production none, in development those of a front end on this machine.
    std::vector<std::string> cors_origins;
    std::string cookie_domain;
    bool hsts_subdomains = false;
    std::vector<std::string> trusted_proxies;
    std::int64_t http_threads = 0;               ///< 0: one per core
    std::int64_t half_requests_per_address = 0;  ///< 0: a quarter of the connections

    // Engines
    Secret redis_url;        ///< empty: the embedded server
    Secret cache_redis_url;  ///< empty: redis_url
    Secret queue_redis_url;  ///< empty: redis_url
    std::string cache_prefix;
    std::int64_t cache_process_mb = 64;
    std::int64_t cache_sync_interval = 100;  ///< milliseconds
    std::string queue_prefix = "bull";
    std::int64_t redis_memory_mb = 0;  ///< of the embedded server; 0: a quarter of what there is
    std::int64_t redis_start_timeout = 10;     ///< seconds
    Secret database_url;                       ///< SQLite in data_dir unless set
    std::int64_t database_start_timeout = 30;  ///< seconds
    std::int64_t database_readers = 2;
    std::int64_t database_statement_timeout = 5'000;  ///< milliseconds
    std::int64_t database_lock_timeout = 2'000;       ///< milliseconds

    // Mail
    Secret smtp_url;           ///< empty: the dev inbox
    Secret smtp_bulk_url;      ///< empty: smtp_url
    std::string smtp_ca_file;  ///< empty: the system's certificates
    std::string mail_from = "Tripos <no-reply@tripos.localhost>";
    std::int64_t email_concurrency = 5;
    std::int64_t email_bulk_concurrency = 0;  ///< 0: all but two
    bool email_seal = true;
    bool email_slow_retries = true;
    bool dev_inbox = false;                       ///< besides the relay
    std::vector<std::string> dev_inbox_failures;  ///< as parse_dev_failure() reads them
    std::vector<std::string> dkim_keys;           ///< selector=path; empty: messages go unsigned
    Secret mail_webhook_secret;                   ///< empty: no route for bounces
    std::int64_t newsletter_window = 2'000;       ///< mails of newsletters in the queue, at most
    std::int64_t newsletter_failure_limit = 5;    ///< percent
    std::int64_t outbox_relay_interval = 1'000;   ///< milliseconds
    std::int64_t outbox_reconcile_interval = 60'000;  ///< milliseconds
    std::int64_t outbox_reconcile_after = 120'000;    ///< milliseconds

    // Accounts
    Secret jwt_access_secret;  ///< empty in development: generated into data_dir
    Secret jwt_email_secret;
    std::int64_t password_min_length = 8;
    std::string password_common = "refuse";         ///< or "allow"
    std::int64_t session_idle_hours = 0;            ///< 0: no limit
    std::int64_t password_threads = 0;              ///< 0: one less than there are cores
    std::int64_t login_wait = 20;                   ///< seconds
    std::int64_t login_limit_account = 10;          ///< per 15 min, account and address
    std::int64_t login_limit_address = 600;         ///< per 15 min and address
    std::int64_t mail_request_limit = 5;            ///< per hour and recipient
    std::int64_t mail_request_limit_address = 600;  ///< per hour and client

    // Exams
    std::string exam_timezone = "Asia/Kolkata";
    bool grading_clamp_negative = false;
    std::int64_t exam_grace = 5;  ///< seconds

    // Cache lifetimes, seconds
    std::int64_t cache_ttl_questions = 7200;
    std::int64_t cache_ttl_exam = 1800;
    std::int64_t cache_ttl_profile = 3600;
    std::int64_t cache_ttl_result = 7200;
    std::int64_t cache_ttl_list = 1800;
    std::int64_t cache_ttl_default = 3600;

    // Operations
    bool developer_pages = true;
    Secret metrics_token;         ///< empty: /metrics for loopback only
    std::string metrics_listen;   ///< host:port of /metrics alone; empty: none
    Secret alert_webhook_url;     ///< empty: none
    Secret alert_webhook_secret;  ///< empty: what goes there is not signed
    std::string alert_email;      ///< empty: no mail
    Secret alert_heartbeat_url;   ///< empty: none
    // Traces, by OpenTelemetry's names
    bool otel_sdk_disabled = false;
    Secret otel_endpoint;         ///< /v1/traces is added; both empty: nothing is recorded
    Secret otel_traces_endpoint;  ///< as it is, before the other one
    std::string otel_protocol = "http/json";
    Secret otel_headers;                 ///< "name=value,name=value", percent-encoded
    std::int64_t otel_timeout = 10'000;  ///< milliseconds of one export
    std::string otel_sampler = "parentbased_traceidratio";
    std::string otel_sampler_arg = "0.01";
    std::string otel_service_name = "tripos";
    std::string otel_resource_attributes;      ///< as otel_headers
    std::int64_t otel_queue_size = 2'048;      ///< spans
    std::int64_t otel_batch_size = 512;        ///< spans
    std::int64_t otel_schedule_delay = 5'000;  ///< milliseconds

    std::int64_t stop_delay = 0;  ///< seconds
    std::string log_level = "info";
    std::string log_format;  ///< text, in production json, unless set

    bool is_production() const { return environment == "production"; }
    /// What database_url is unless set.
    std::string own_database_url() const { return "sqlite:" + data_dir + "/tripos.db"; }
    std::string socket_path() const { return data_dir + "/tripos.sock"; }
    /// CORS_ORIGINS, and the pages that PUBLIC_URL and FRONTEND_URL name.
    http::Origins origins() const;
    std::size_t hashing_threads() const;  ///< PASSWORD_THREADS, or what it stands for
    /// Of METRICS_LISTEN; nothing when it is no `host:port`.
    std::optional<http::Endpoint> metrics_endpoint() const;

    /// The option table over this object's fields (config_table.cpp); valid as long as the object
    /// stays where it is.
    std::vector<settings::Option> table();
};

/// What reading the settings gave.
struct LoadedConfig {
    Config config;
    std::vector<FieldError> problems;  ///< any: the program must not start
    std::vector<std::string> warnings;
    std::map<std::string, settings::Origin> origins;  ///< of every setting that was set
};

/// Reads .env of the working folder, the environment and `flags`. Checks rules that span settings,
/// in production that nothing is left on a default that only suits development, and for a process
/// that is a part of a site that it shares what all parts must.
LoadedConfig load_config(const settings::Values& flags, Role role);

}  // namespace tripos::app
