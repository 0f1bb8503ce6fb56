// SPDX-License-Identifier: MIT
// The option table of the program: every setting, once. docs/configuration.md and .env.example are
// written from it by `./dev docs`.

#include "app/config.hpp"
#include "app/setting_rules.hpp"

namespace tripos::app {

namespace {

using settings::add_group;
using settings::choice_option;
using settings::flag_option;
using settings::integer_option;
using settings::list_option;
using settings::Option;
using settings::secret_option;
using settings::text_option;
using settings::url_option;
using settings::when_unset;
using settings::with_alias;
using settings::with_rule;

using Options = std::vector<Option>;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kDayMillis = 1'000 * kDay;
constexpr std::int64_t kMaxTtl = 30 * kDay;
constexpr std::int64_t kMaxCount = 1'000'000;

Options server_options(Config& c) {
    return {
        with_alias(choice_option("APP_ENV",
                                 "Kind of site; production refuses defaults that only suit "
                                 "development.",
                                 c.environment, {"development", "production", "test"}),
                   "NODE_ENV"),
        when_unset(text_option("HOST", "Address to listen on.", c.host),
                   "127.0.0.1, in production 0.0.0.0"),
        integer_option("PORT", "TCP port of the HTTP server; 0: any free one.", c.port, 0, 65535),
        text_option("DATA_DIR",
                    "Folder of the database, the private Redis, the generated secrets and the "
                    "control socket.",
                    c.data_dir),
        when_unset(
            with_rule(rules::site_url,
                      text_option("PUBLIC_URL",
                                  "Address under which people reach this server, without a final "
                                  "slash: mails link to it. Required in production.",
                                  c.public_url)),
            "http://localhost and the port"),
        when_unset(with_rule(rules::site_url,
                             text_option("FRONTEND_URL",
                                         "Address of a separate front end. It must serve "
                                         "/verify-email?token=..., where verification mails lead; "
                                         "all other links lead to PUBLIC_URL.",
                                         c.frontend_url)),
                   "Tripos' own pages"),
        text_option("SITE_NAME", "Name of the site, in the head of its pages.", c.site_name),
        when_unset(with_rule(rules::picture,
                             text_option("SITE_LOGO",
                                         "Picture beside the name: a file, SVG or PNG, of at most "
                                         "64 KiB.",
                                         c.site_logo)),
                   "Tripos' own"),
        flag_option("DEMO_COHORT",
                    "In a fresh demo, simulated candidates write the open exam, so that its board "
                    "moves. They are named as such.",
                    c.demo_cohort),
        when_unset(
            with_rule(rules::each(rules::origin),
                      list_option("CORS_ORIGINS",
                                  "Origins of pages that may call the API with credentials, comma "
                                  "separated; https://*.example.org names every host below "
                                  "example.org. PUBLIC_URL and FRONTEND_URL are always among them.",
                                  c.cors_origins)),
            "http://localhost:3000 and :3001, in production none"),
        when_unset(with_rule(rules::cookie_domain,
                             text_option("COOKIE_DOMAIN",
                                         "Domain attribute of the log-in cookie, in production.",
                                         c.cookie_domain)),
                   "the host alone"),
        flag_option("HSTS_SUBDOMAINS",
                    "Browsers insist on HTTPS for every host below that of PUBLIC_URL, too; only "
                    "when all of them have it.",
                    c.hsts_subdomains),
        when_unset(
            with_rule(rules::each(rules::address_block),
                      list_option("TRUSTED_PROXIES",
                                  "Addresses or CIDR blocks whose X-Forwarded-For is believed.",
                                  c.trusted_proxies)),
            "nobody's"),
        integer_option("HTTP_THREADS", "I/O threads; 0: one per core.", c.http_threads, 0, 256),
        integer_option("HALF_REQUESTS_PER_ADDRESS",
                       "Requests of one address (IPv6: of one /64) that may have arrived only in "
                       "part; trusted proxies are exempt. 0: a quarter of the connections.",
                       c.half_requests_per_address, 0, 1'000'000),
    };
}

Options redis_options(Config& c) {
    return {
        when_unset(
            with_rule(rules::redis_url,
                      url_option("REDIS_URL",
                                 "Redis server: redis://, rediss:// (TLS) or unix:// with user, "
                                 "password and database number; redis+sentinel://h1,h2/NAME or "
                                 "redis+cluster://h1,h2 where several servers stand in for each "
                                 "other.",
                                 c.redis_url)),
            "a private redis-server is started"),
        when_unset(with_rule(rules::redis_url,
                             url_option("CACHE_REDIS_URL",
                                        "Server of the cache; one that may evict suits it.",
                                        c.cache_redis_url)),
                   "REDIS_URL"),
        when_unset(with_rule(rules::redis_url,
                             url_option("QUEUE_REDIS_URL",
                                        "Server of the queue; it must not evict (maxmemory-policy "
                                        "noeviction) and should write an append-only file.",
                                        c.queue_redis_url)),
                   "REDIS_URL"),
        when_unset(
            with_rule(
                rules::cache_prefix,
                text_option(
                    "CACHE_PREFIX",
                    "Put before every cache key; in a Cluster with a hash tag, or it gets one.",
                    c.cache_prefix)),
            "nothing"),
        integer_option("CACHE_PROCESS_MB",
                       "Megabytes for cached values in the server's own memory; 0: none.",
                       c.cache_process_mb, 0, 65'536),
        integer_option("CACHE_SYNC_INTERVAL",
                       "Milliseconds between two signs of life from the cache's Redis; what the "
                       "server holds itself is served for ten of them without one. Longer where "
                       "a provider bills each command.",
                       c.cache_sync_interval, 20, 10'000),
        text_option("QUEUE_PREFIX",
                    "BullMQ prefix of the queues; with a hash tag, such as {bull}, in a Cluster.",
                    c.queue_prefix),
        integer_option("REDIS_MEMORY_MB",
                       "Megabytes that the private redis-server may fill; 0: a quarter of the "
                       "machine's, or of what its control group allows.",
                       c.redis_memory_mb, 0, 1'048'576),
        integer_option("REDIS_START_TIMEOUT",
                       "Seconds to wait for Redis at start before going on without it.",
                       c.redis_start_timeout, 0, 600),
    };
}

Options database_options(Config& c) {
    return {
        when_unset(
            with_rule(
                rules::database_url,
                url_option("DATABASE_URL",
                           "sqlite:PATH, or a postgres:// URL with any parameter of libpq, such as "
                           "sslmode=verify-full and sslrootcert.",
                           c.database_url)),
            "SQLite in DATA_DIR"),
        integer_option("DATABASE_START_TIMEOUT", "Seconds to wait for the database at start.",
                       c.database_start_timeout, 0, 600),
        integer_option("DATABASE_READERS",
                       "Connections that read, besides the one that writes and the one for long "
                       "reads: the whole pool of this process.",
                       c.database_readers, 1, 64),
        integer_option(
            "DATABASE_STATEMENT_TIMEOUT",
            "Milliseconds a statement may take; a server that says nothing 2 s longer is "
            "given up.",
            c.database_statement_timeout, 100, 600'000),
        integer_option("DATABASE_LOCK_TIMEOUT",
                       "Milliseconds a statement of PostgreSQL waits for a lock of another.",
                       c.database_lock_timeout, 10, 600'000),
    };
}

Options mail_options(Config& c) {
    return {
        when_unset(
            with_rule(rules::smtp_url("SMTP_URL"),
                      url_option("SMTP_URL",
                                 "Relay: smtp:// (STARTTLS, required unless loopback) or smtps://. "
                                 "Required in production.",
                                 c.smtp_url)),
            "mails stay in the dev inbox"),
        with_rule(rules::sender,
                  text_option("MAIL_FROM", "Sender of every mail, one mailbox: Name <address>.",
                              c.mail_from)),
        when_unset(with_rule(rules::smtp_url("SMTP_BULK_URL"),
                             url_option("SMTP_BULK_URL",
                                        "Relay of newsletters, where they go through another one.",
                                        c.smtp_bulk_url)),
                   "that of `SMTP_URL`"),
        when_unset(with_rule(rules::certificates_file,
                             text_option("SMTP_CA_FILE",
                                         "PEM file of the certificates to trust in a relay.",
                                         c.smtp_ca_file)),
                   "those of the system"),
        integer_option("EMAIL_CONCURRENCY",
                       "Connections to the relay; of two or more, one is kept for codes and links.",
                       c.email_concurrency, 1, 100),
        integer_option("EMAIL_BULK_CONCURRENCY",
                       "Of these, at most so many for newsletters; 0: all but two.",
                       c.email_bulk_concurrency, 0, 100),
        when_unset(list_option("DKIM_KEYS",
                               "Private keys that sign mails of MAIL_FROM's domain, comma "
                               "separated: selector=path of a PEM file (Ed25519, or RSA of at "
                               "least 2048 bits). The start says which DNS records they need.",
                               c.dkim_keys),
                   "mails go unsigned"),
        when_unset(
            with_rule(rules::webhook_secret,
                      secret_option("MAIL_WEBHOOK_SECRET",
                                    "Key of the signed webhook POST /api/mail/events that reports "
                                    "bounces and complaints.",
                                    c.mail_webhook_secret)),
            "there is no such route"),
        integer_option("NEWSLETTER_WINDOW",
                       "Mails of newsletters that wait in the queue at the same time, at most.",
                       c.newsletter_window, 10, 100'000),
        integer_option("NEWSLETTER_FAILURE_LIMIT",
                       "Percent of failed mails among the latest 200 above which a newsletter "
                       "pauses itself.",
                       c.newsletter_failure_limit, 1, 100),
        flag_option("DEV_INBOX",
                    "Keep copies of mails in the dev inbox although SMTP_URL is set; in production "
                    "it is shown to this machine only.",
                    c.dev_inbox),
        with_rule(
            rules::each(rules::dev_failure),
            list_option(
                "DEV_INBOX_FAILURES",
                "How the dev inbox misbehaves, comma separated: stage, probability, reply, as "
                "in rcpt 10% 451 4.3.0 later.",
                c.dev_inbox_failures)),
        flag_option(
            "EMAIL_SEAL",
            "Encrypt mails that carry a secret in the queue; off lets Node workers send them.",
            c.email_seal),
        flag_option("EMAIL_SLOW_RETRIES",
                    "Go on with growing pauses for up to two days when the relay still refuses a "
                    "mail for now after its three attempts; off: then it has failed.",
                    c.email_slow_retries),
        integer_option("OUTBOX_RELAY_INTERVAL", "Milliseconds between looks at the outbox.",
                       c.outbox_relay_interval, 10, kDayMillis),
        integer_option("OUTBOX_RECONCILE_INTERVAL",
                       "Milliseconds between searches for mails that Redis lost.",
                       c.outbox_reconcile_interval, 100, kDayMillis),
        integer_option("OUTBOX_RECONCILE_AFTER",
                       "Milliseconds without an outcome after which a queued mail is looked for.",
                       c.outbox_reconcile_after, 100, kDayMillis),
    };
}

Options account_options(Config& c) {
    return {
        when_unset(with_rule(rules::signing_key,
                             secret_option(
                                 "JWT_ACCESS_SECRET",
                                 "Key that signs log-in tokens, at least 32 characters. Required "
                                 "in production.",
                                 c.jwt_access_secret)),
                   "generated into DATA_DIR"),
        when_unset(with_rule(rules::signing_key,
                             secret_option(
                                 "JWT_EMAIL_SECRET",
                                 "Key for codes and sealed mails, at least 32 characters. Required "
                                 "in production.",
                                 c.jwt_email_secret)),
                   "generated into DATA_DIR"),
        integer_option("PASSWORD_MIN_LENGTH",
                       "Characters a password must have; 6 for sites that must keep old rules.",
                       c.password_min_length, 6, 128),
        choice_option("PASSWORD_COMMON",
                      "Passwords that are guessed first; allow is for front ends whose sign-up "
                      "does not show why one was refused.",
                      c.password_common, {"refuse", "allow"}),
        integer_option("SESSION_IDLE_HOURS",
                       "Hours after which a session that nobody used is over, though never while "
                       "its user sits an exam; 0: its seven days.",
                       c.session_idle_hours, 0, 168),
        integer_option("PASSWORD_THREADS",
                       "Threads that hash passwords, at the lowest priority; 0: one less than "
                       "there are cores, at least one.",
                       c.password_threads, 0, 256),
        integer_option("LOGIN_WAIT",
                       "Seconds a log-in waits for its turn before it is told its place and to "
                       "come back; less than the patience of a proxy.",
                       c.login_wait, 1, 120),
        integer_option("LOGIN_LIMIT_ACCOUNT",
                       "Failed log-ins per 15 minutes, account and address of a client; the last "
                       "seven wait longer and longer.",
                       c.login_limit_account, 1, kMaxCount),
        integer_option("LOGIN_LIMIT_ADDRESS",
                       "Failed log-ins per 15 minutes and address of a client (IPv6: /64).",
                       c.login_limit_address, 1, kMaxCount),
        integer_option("MAIL_REQUEST_LIMIT",
                       "Mails per hour and recipient that sign-ups, lost passwords and changes of "
                       "address may ask for from one address of a client; from all, four times as "
                       "many.",
                       c.mail_request_limit, 1, kMaxCount),
        integer_option("MAIL_REQUEST_LIMIT_ADDRESS",
                       "Such mails per hour and address of a client (IPv6: /64).",
                       c.mail_request_limit_address, 1, kMaxCount),
    };
}

Options exam_options(Config& c) {
    return {
        with_rule(
            rules::time_zone,
            text_option("EXAM_TIMEZONE", "Time zone of times that are given without an offset.",
                        c.exam_timezone)),
        flag_option("GRADING_CLAMP_NEGATIVE",
                    "A wrong answer costs nothing: questions score at least 0.",
                    c.grading_clamp_negative),
        integer_option(
            "EXAM_GRACE",
            "Seconds after its deadline for which an attempt still takes what arrived in "
            "time, when the server is slow.",
            c.exam_grace, 0, 60),
    };
}

Options cache_options(Config& c) {
    return {
        integer_option("CACHE_TTL_QUESTIONS", "Seconds a paper or question stays cached.",
                       c.cache_ttl_questions, 1, kMaxTtl),
        integer_option("CACHE_TTL_EXAM", "Seconds an exam's details stay cached.", c.cache_ttl_exam,
                       1, kMaxTtl),
        integer_option("CACHE_TTL_PROFILE", "Seconds a profile stays cached.", c.cache_ttl_profile,
                       1, kMaxTtl),
        integer_option("CACHE_TTL_RESULT", "Seconds a result stays cached.", c.cache_ttl_result, 1,
                       kMaxTtl),
        integer_option("CACHE_TTL_LIST", "Seconds a list of exams stays cached.", c.cache_ttl_list,
                       1, kMaxTtl),
        integer_option("CACHE_TTL_DEFAULT", "Seconds anything else stays cached.",
                       c.cache_ttl_default, 1, kMaxTtl),
    };
}

Options operation_options(Config& c) {
    return {
        flag_option("DEVELOPER_PAGES",
                    "Serve /docs and /openapi.json, the description of the API; off: they are not "
                    "there.",
                    c.developer_pages),
        when_unset(
            secret_option("METRICS_TOKEN", "Bearer token that opens /metrics to other machines.",
                          c.metrics_token),
            "open to loopback only"),
        when_unset(text_option("METRICS_LISTEN",
                               "Address and port, such as 127.0.0.1:9100, that serve /metrics and "
                               "nothing else, to whoever reaches them.",
                               c.metrics_listen),
                   "none"),
        when_unset(with_rule(rules::web_address,
                             secret_option("ALERT_WEBHOOK_URL",
                                           "Where alerts are sent by POST, in the JSON of "
                                           "Alertmanager with a text for chats.",
                                           c.alert_webhook_url)),
                   "no webhook"),
        when_unset(with_rule(rules::webhook_secret,
                             secret_option("ALERT_WEBHOOK_SECRET",
                                           "Key that signs what goes there, as Standard Webhooks "
                                           "have it.",
                                           c.alert_webhook_secret)),
                   "unsigned"),
        when_unset(with_rule(rules::mail_address,
                             text_option("ALERT_EMAIL",
                                         "Address that alerts are mailed to, straight to the relay "
                                         "of SMTP_URL.",
                                         c.alert_email)),
                   "no mail"),
        when_unset(with_rule(rules::web_address,
                             secret_option("ALERT_HEARTBEAT_URL",
                                           "Address that is asked each minute while all is well "
                                           "with the alerts: whoever is there rings when nobody "
                                           "asks any more.",
                                           c.alert_heartbeat_url)),
                   "none"),
        integer_option("STOP_DELAY",
                       "Seconds in which a server that is told to stop goes on and /readyz says "
                       "that it stops, so that a proxy takes it out of its rotation first.",
                       c.stop_delay, 0, 20),
        choice_option("LOG_LEVEL", "Least level that is logged.", c.log_level,
                      {"debug", "info", "warn", "error", "off"}),
        when_unset(choice_option("LOG_FORMAT", "Lines for people or for programs.", c.log_format,
                                 {"text", "json"}),
                   "text, in production json"),
    };
}

Options trace_options(Config& c) {
    return {
        flag_option("OTEL_SDK_DISABLED", "No traces are recorded, whatever else is set.",
                    c.otel_sdk_disabled),
        when_unset(
            with_rule(rules::web_address,
                      url_option("OTEL_EXPORTER_OTLP_ENDPOINT",
                                 "Collector of traces, such as http://localhost:4318; they go to "
                                 "/v1/traces there, by OTLP over HTTP in JSON.",
                                 c.otel_endpoint)),
            "no traces are recorded"),
        when_unset(with_rule(rules::web_address,
                             url_option("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                                        "The whole address that traces go to, in its place.",
                                        c.otel_traces_endpoint)),
                   "that of OTEL_EXPORTER_OTLP_ENDPOINT"),
        with_alias(choice_option("OTEL_EXPORTER_OTLP_PROTOCOL",
                                 "How they are sent; a collector's port for this is 4318.",
                                 c.otel_protocol, {"http/json"}),
                   "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"),
        when_unset(
            with_rule(rules::name_values,
                      secret_option("OTEL_EXPORTER_OTLP_HEADERS",
                                    "Headers for the collector: name=value, comma separated, "
                                    "percent-encoded.",
                                    c.otel_headers)),
            "none"),
        integer_option("OTEL_EXPORTER_OTLP_TIMEOUT",
                       "Milliseconds that the collector may take for a batch.", c.otel_timeout, 1,
                       60'000),
        choice_option("OTEL_TRACES_SAMPLER",
                      "Which traces are recorded; those with parentbased_ go by the caller's word "
                      "where a request has a traceparent.",
                      c.otel_sampler,
                      {"always_on", "always_off", "traceidratio", "parentbased_always_on",
                       "parentbased_always_off", "parentbased_traceidratio"}),
        with_rule(rules::share, text_option("OTEL_TRACES_SAMPLER_ARG",
                                            "Share of the traces that traceidratio records.",
                                            c.otel_sampler_arg)),
        text_option("OTEL_SERVICE_NAME", "Name of this program among those of the collector.",
                    c.otel_service_name),
        when_unset(with_rule(rules::name_values,
                             text_option("OTEL_RESOURCE_ATTRIBUTES",
                                         "What else is told of this program: name=value, comma "
                                         "separated, percent-encoded.",
                                         c.otel_resource_attributes)),
                   "nothing"),
        integer_option("OTEL_BSP_MAX_QUEUE_SIZE",
                       "Spans that may wait for the collector; more are dropped.",
                       c.otel_queue_size, 1, 1'000'000),
        integer_option("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "Spans sent at once, at most.",
                       c.otel_batch_size, 1, 100'000),
        integer_option("OTEL_BSP_SCHEDULE_DELAY",
                       "Milliseconds after which fewer are sent as well.", c.otel_schedule_delay,
                       10, 600'000),
    };
}

}  // namespace

std::vector<Option> Config::table() {
    Options all;
    add_group(all, "Server", server_options(*this));
    add_group(all, "Redis", redis_options(*this));
    add_group(all, "Database", database_options(*this));
    add_group(all, "Mail", mail_options(*this));
    add_group(all, "Accounts", account_options(*this));
    add_group(all, "Exams", exam_options(*this));
    add_group(all, "Cache", cache_options(*this));
    add_group(all, "Operations", operation_options(*this));
    add_group(all, "Traces", trace_options(*this));
    return all;
}

}  // namespace tripos::app
