// SPDX-License-Identifier: MIT
#include "app/config.hpp"

#include "core/text.hpp"

namespace tripos::app {

namespace {

using settings::choice_option;
using settings::flag_option;
using settings::integer_option;
using settings::list_option;
using settings::Option;
using settings::secret_option;
using settings::text_option;

/// Keys of the Node backend's .env that Tripos accepts without using them as they stand;
/// legacy_values() reads some.
const std::vector<std::string>& accepted_keys() {
    static const std::vector<std::string> keys = {
        "PGHOST",         "PGPORT",         "PGUSER",         "PGPASSWORD",
        "PGDATABASE",     "PGSSLMODE",      "SMTP_HOST",      "SMTP_PORT",
        "SMTP_USER",      "SMTP_PASS",      "SMTP_SECURE",    "DB_DIALECT",
        "GEMINI_API_KEY", "OPENAI_API_KEY", "JWT_EXPIRES_IN", "ADMIN_EMAIL"};
    return keys;
}

Option with_alias(Option option, std::string alias) {
    option.aliases.push_back(std::move(alias));
    return option;
}

/// `user:password@` with the reserved characters of a URL's authority percent-encoded.
std::string url_credentials(const std::string& user, const std::string& password) {
    const auto encode = [](const std::string& text) {
        std::string out;
        for (const char c : text) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                               c == '~';
            const auto byte = static_cast<std::uint8_t>(c);
            out += plain ? std::string(1, c) : "%" + to_upper(to_hex({&byte, 1}));
        }
        return out;
    };
    if (user.empty()) {
        return {};
    }
    return encode(user) + (password.empty() ? "" : ":" + encode(password)) + "@";
}

/// Builds DATABASE_URL and SMTP_URL from the separate keys of the Node backend where they are not
/// set themselves.
void add_legacy_values(settings::Values& values) {
    const auto get = [&](const char* key) {
        const auto found = values.find(key);
        return found == values.end() ? std::string() : found->second;
    };
    if (get("DATABASE_URL").empty() && !get("PGDATABASE").empty()) {
        const auto host = get("PGHOST").empty() ? "localhost" : get("PGHOST");
        const auto port = get("PGPORT").empty() ? "5432" : get("PGPORT");
        const auto mode = get("PGSSLMODE");
        values["DATABASE_URL"] = "postgres://" + url_credentials(get("PGUSER"), get("PGPASSWORD")) +
                                 host + ":" + port + "/" + get("PGDATABASE") +
                                 (mode.empty() ? "" : "?sslmode=" + mode);
    }
    if (get("SMTP_URL").empty() && !get("SMTP_HOST").empty()) {
        const auto port = get("SMTP_PORT").empty() ? "587" : get("SMTP_PORT");
        values["SMTP_URL"] = std::string(port == "465" ? "smtps://" : "smtp://") +
                             url_credentials(get("SMTP_USER"), get("SMTP_PASS")) +
                             get("SMTP_HOST") + ":" + port;
    }
}

void check_production(const Config& config, std::vector<FieldError>& problems) {
    const auto require = [&](bool fine, const char* key, const char* why) {
        if (!fine) {
            problems.push_back({.field = key, .message = why});
        }
    };
    require(!config.smtp_url.empty(), "SMTP_URL",
            "must be set in production: mails would stay in the dev inbox");
    require(config.jwt_access_secret.reveal().size() >= 32, "JWT_ACCESS_SECRET",
            "must be set in production to at least 32 characters");
    require(config.jwt_email_secret.reveal().size() >= 32, "JWT_EMAIL_SECRET",
            "must be set in production to at least 32 characters");
    require(!config.frontend_url.empty() || !config.public_url.empty(), "PUBLIC_URL",
            "or FRONTEND_URL must be set in production: links in mails would lead to localhost");
}

}  // namespace

std::string Config::effective_host() const {
    return !host.empty() ? host : is_production() ? "0.0.0.0" : "127.0.0.1";
}

std::string Config::effective_public_url() const {
    return !public_url.empty() ? public_url : "http://localhost:" + std::to_string(port);
}

std::string Config::effective_database_url() const {
    return !database_url.empty() ? database_url : "sqlite:" + data_dir + "/tripos.db";
}

std::vector<Option> Config::table() {
    constexpr std::int64_t day = 86'400;
    constexpr std::int64_t day_millis = 86'400'000;
    return {
        with_alias(choice_option("APP_ENV", "Kind of site: development or production.", environment,
                                 {"development", "production", "test"}),
                   "NODE_ENV"),
        text_option("HOST", "Address to listen on; unset: 127.0.0.1, in production 0.0.0.0.", host),
        integer_option("PORT", "TCP port of the HTTP server; 0: any free one.", port, 0, 65535),
        text_option("DATA_DIR", "Folder of the database, the embedded Redis and generated secrets.",
                    data_dir),
        text_option("PUBLIC_URL",
                    "Address under which people reach this server, without a final slash.",
                    public_url),
        text_option("FRONTEND_URL",
                    "Address of a separate front end that mails link to; unset: own pages.",
                    frontend_url),
        list_option("CORS_ORIGINS",
                    "Origins of pages that may call the API with credentials, comma separated.",
                    cors_origins),
        text_option("COOKIE_DOMAIN", "Domain attribute of the log-in cookie.", cookie_domain),
        list_option("TRUSTED_PROXIES",
                    "Addresses or CIDR blocks whose X-Forwarded-For is believed.", trusted_proxies),
        integer_option("HTTP_THREADS", "I/O threads; 0: one per core.", http_threads, 0, 256),
        text_option("REDIS_URL",
                    "redis://, rediss:// or unix:// URL; unset: a private redis-server is started.",
                    redis_url),
        text_option("CACHE_REDIS_URL", "Server of the cache where it differs from REDIS_URL.",
                    cache_redis_url),
        text_option("QUEUE_REDIS_URL", "Server of the queue where it differs from REDIS_URL.",
                    queue_redis_url),
        text_option("CACHE_PREFIX", "Put before every cache key; no braces.", cache_prefix),
        text_option("QUEUE_PREFIX", "BullMQ prefix of the queues; {bull} for a Cluster.",
                    queue_prefix),
        integer_option("REDIS_START_TIMEOUT",
                       "Seconds to wait for Redis at start before going on without it.",
                       redis_start_timeout, 0, 600),
        text_option("DATABASE_URL", "postgres:// URL or sqlite:PATH; unset: SQLite in DATA_DIR.",
                    database_url),
        integer_option("DATABASE_START_TIMEOUT", "Seconds to wait for the database at start.",
                       database_start_timeout, 0, 600),
        secret_option("SMTP_URL",
                      "smtp:// or smtps:// URL of the relay; unset: mails stay in the dev inbox.",
                      smtp_url),
        text_option("MAIL_FROM", "Sender of every mail: Name <address>.", mail_from),
        integer_option("EMAIL_CONCURRENCY", "Mails sent at the same time.", email_concurrency, 1,
                       100),
        flag_option(
            "EMAIL_SEAL",
            "Encrypt mails that carry a secret in the queue; off lets Node workers send them.",
            email_seal),
        integer_option("OUTBOX_RELAY_INTERVAL", "Milliseconds between looks at the outbox.",
                       outbox_relay_interval, 10, day_millis),
        integer_option("OUTBOX_RECONCILE_INTERVAL",
                       "Milliseconds between searches for mails that Redis lost.",
                       outbox_reconcile_interval, 100, day_millis),
        integer_option("OUTBOX_RECONCILE_AFTER",
                       "Milliseconds without an outcome after which a queued mail is looked for.",
                       outbox_reconcile_after, 100, day_millis),
        secret_option("JWT_ACCESS_SECRET",
                      "Key that signs log-in tokens; unset in development: generated.",
                      jwt_access_secret),
        secret_option("JWT_EMAIL_SECRET",
                      "Key for codes and sealed mails; unset in development: generated.",
                      jwt_email_secret),
        integer_option("PASSWORD_MIN_LENGTH", "Characters a password must have.",
                       password_min_length, 6, 128),
        integer_option("LOGIN_LIMIT_ACCOUNT", "Log-ins per 15 minutes, account and address.",
                       login_limit_account, 1, 1'000'000),
        integer_option("LOGIN_LIMIT_ADDRESS", "Log-ins per 15 minutes and address.",
                       login_limit_address, 1, 1'000'000),
        integer_option("SIGNUP_LIMIT", "Sign-ups per hour and address.", signup_limit, 1,
                       1'000'000),
        integer_option("MAIL_REQUEST_LIMIT",
                       "Codes or verification mails asked for per hour and account.",
                       mail_request_limit, 1, 1'000'000),
        text_option("EXAM_TIMEZONE", "Time zone of times that are given without an offset.",
                    exam_timezone),
        flag_option("GRADING_CLAMP_NEGATIVE",
                    "A wrong answer costs nothing: questions score at least 0.",
                    grading_clamp_negative),
        integer_option("CACHE_TTL_QUESTIONS", "Seconds a paper or question stays cached.",
                       cache_ttl_questions, 1, 30 * day),
        integer_option("CACHE_TTL_EXAM", "Seconds an exam's details stay cached.", cache_ttl_exam,
                       1, 30 * day),
        integer_option("CACHE_TTL_PROFILE", "Seconds a profile stays cached.", cache_ttl_profile, 1,
                       30 * day),
        integer_option("CACHE_TTL_RESULT", "Seconds a result stays cached.", cache_ttl_result, 1,
                       30 * day),
        integer_option("CACHE_TTL_LIST", "Seconds a list of exams stays cached.", cache_ttl_list, 1,
                       30 * day),
        integer_option("CACHE_TTL_DEFAULT", "Seconds anything else stays cached.",
                       cache_ttl_default, 1, 30 * day),
        secret_option("METRICS_TOKEN", "Bearer token that opens /metrics to other machines.",
                      metrics_token),
        choice_option("LOG_LEVEL", "Least level that is logged.", log_level,
                      {"debug", "info", "warn", "error", "off"}),
        choice_option("LOG_FORMAT", "text or json; unset: text, in production json.", log_format,
                      {"text", "json"}),
    };
}

LoadedConfig load_config(const settings::Values& flags) {
    LoadedConfig loaded;
    settings::Sources sources{.flags = flags, .environment = settings::read_environment()};
    auto dotenv = settings::read_dotenv_file(".env");
    if (!dotenv) {
        loaded.problems = dotenv.error().fields;
        return loaded;
    }
    sources.dotenv = std::move(*dotenv);
    add_legacy_values(sources.environment);
    add_legacy_values(sources.dotenv);
    auto outcome = settings::apply(loaded.config.table(), sources, accepted_keys());
    loaded.problems = std::move(outcome.problems);
    loaded.warnings = std::move(outcome.warnings);

    auto& config = loaded.config;
    if (config.environment == "test") {
        config.environment = "development";
    }
    if (config.cache_prefix.find_first_of("{}") != std::string::npos) {
        loaded.problems.push_back({.field = "CACHE_PREFIX", .message = "must not contain braces"});
    }
    if (config.is_production()) {
        check_production(config, loaded.problems);
    }
    return loaded;
}

}  // namespace tripos::app
