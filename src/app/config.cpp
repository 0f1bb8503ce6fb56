// SPDX-License-Identifier: MIT
#include "app/config.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "app/mail_settings.hpp"
#include "app/redis_names.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

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

/// Keys that cannot sign stop the start here, before anything runs.
void check_dkim(const Config& config, std::vector<FieldError>& problems) {
    if (const auto signer = read_dkim_keys(config.dkim_keys, config.mail_from); !signer) {
        const auto& fields = signer.error().fields;
        problems.insert(problems.end(), fields.begin(), fields.end());
    }
}

/// Adds problems of settings that have none yet: what was set and refused is not missing.
auto requirement(std::vector<FieldError>& problems) {
    return [&problems](bool is_met, const std::string& key, const std::string& why) {
        const bool is_known = std::any_of(problems.begin(), problems.end(),
                                          [&](const auto& one) { return one.field == key; });
        if (!is_met && !is_known) {
            problems.push_back({.field = key, .message = why});
        }
    };
}

/// What servers and workers of a site must have in common cannot lie in the DATA_DIR of one.
void check_shared(const Config& config, std::vector<FieldError>& problems) {
    const auto require = requirement(problems);
    require(config.database_url.reveal().starts_with("postgres"), "DATABASE_URL",
            "must name a PostgreSQL that servers and workers share");
    const bool has_redis = !config.redis_url.empty() ||
                           (!config.cache_redis_url.empty() && !config.queue_redis_url.empty());
    require(has_redis, "REDIS_URL", "must name a Redis that servers and workers share");
    require(!config.jwt_access_secret.empty(), "JWT_ACCESS_SECRET",
            "must be set, to the same for servers and workers");
    require(!config.jwt_email_secret.empty(), "JWT_EMAIL_SECRET",
            "must be set, to the same for servers and workers: mails are sealed with it");
    require(!config.public_url.empty(), "PUBLIC_URL",
            "must be set: workers write mails with links to the servers");
}

void check_production(const Config& config, std::vector<FieldError>& problems) {
    const auto require = requirement(problems);
    require(!config.smtp_url.empty(), "SMTP_URL",
            "must be set in production: mails would stay in the dev inbox");
    require(!config.jwt_access_secret.empty(), "JWT_ACCESS_SECRET",
            "must be set in production to at least 32 characters");
    require(!config.jwt_email_secret.empty(), "JWT_EMAIL_SECRET",
            "must be set in production to at least 32 characters");
    require(!config.public_url.empty(), "PUBLIC_URL",
            "must be set in production: links in mails would lead to localhost");
    // The relay's owner knows one of them, whoever keeps the figures another.
    const std::pair<std::string, const Secret&> keys[] = {
        {"JWT_ACCESS_SECRET", config.jwt_access_secret},
        {"JWT_EMAIL_SECRET", config.jwt_email_secret},
        {"MAIL_WEBHOOK_SECRET", config.mail_webhook_secret},
        {"ALERT_WEBHOOK_SECRET", config.alert_webhook_secret},
        {"METRICS_TOKEN", config.metrics_token}};
    for (std::size_t i = 0; i < std::size(keys); ++i) {
        for (std::size_t other = 0; other < i; ++other) {
            const bool differ = keys[i].second.reveal() != keys[other].second.reveal();
            require(keys[i].second.empty() || differ, keys[i].first,
                    "must not be that of " + keys[other].first);
        }
    }
}

bool is_plain_http(const std::string& url) {
    return http::origin_of(url).starts_with("http://");
}

/// Of pages that are no part of this server.
void warn_of_plain_pages(const Config& config, std::vector<std::string>& warnings) {
    auto pages = config.cors_origins;
    pages.push_back(config.frontend_url);
    for (const auto& page : pages) {
        if (is_plain_http(page)) {
            warnings.push_back("the pages of " + page +
                               " are not https: whoever is on the way to one can act in the name "
                               "of its visitors");
        }
    }
}

/// Files of secrets that are this user's to close.
void warn_of_open_files(const Config& config, std::vector<std::string>& warnings) {
    std::vector<std::string> files{".env"};
    for (const auto& key : config.dkim_keys) {
        files.push_back(key.substr(key.find('=') + 1));
    }
    for (const auto& file : files) {
        std::error_code problem;
        const auto mode = std::filesystem::status(file, problem).permissions();
        using std::filesystem::perms;
        constexpr auto kOpen = perms::others_read | perms::others_write | perms::group_write;
        if (!problem && (mode & kOpen) != perms::none && mode != perms::unknown) {
            warnings.push_back("other users of this machine can read or change " + file +
                               " and its secrets; cure: chmod 600 " + file);
        }
    }
}

/// What stands open in production by the site's own decision.
void warn_of_openings(const Config& config, std::vector<std::string>& warnings) {
    if (is_plain_http(config.public_url)) {
        warnings.emplace_back(
            "PUBLIC_URL is not https: passwords and answers cross the network in clear text, and "
            "so does the log-in cookie");
    }
    warn_of_plain_pages(config, warnings);
    warn_of_open_files(config, warnings);
    if (!config.metrics_token.empty() && config.metrics_token.reveal().size() < 32) {
        warnings.emplace_back("METRICS_TOKEN has less than 32 characters and could be guessed");
    }
}

/// Defaults that are no constants.
void derive_defaults(Config& config) {
    if (config.environment == "test") {
        config.environment = "development";
    }
    if (config.cors_origins.empty() && !config.is_production()) {
        config.cors_origins = {"http://localhost:3000", "http://localhost:3001"};
    }
    if (config.host.empty()) {
        config.host = config.is_production() ? "0.0.0.0" : "127.0.0.1";
    }
    if (config.log_format.empty()) {
        config.log_format = config.is_production() ? "json" : "text";
    }
    config.data_dir = std::filesystem::absolute(config.data_dir).lexically_normal().string();
    if (config.database_url.empty()) {
        config.database_url = Secret(config.own_database_url());
    }
    if (config.public_url.empty() && config.port != 0) {
        config.public_url = "http://localhost:" + std::to_string(config.port);
    }
}

}  // namespace

std::size_t Config::hashing_threads() const {
    const auto others = std::max(2U, std::thread::hardware_concurrency()) - 1;
    return password_threads == 0 ? others : static_cast<std::size_t>(password_threads);
}

http::Origins Config::origins() const {
    auto patterns = cors_origins;
    for (const auto& url : {public_url, frontend_url}) {
        if (!url.empty()) {
            patterns.push_back(http::origin_of(url));
        }
    }
    return http::Origins(patterns);
}

std::optional<http::Endpoint> Config::metrics_endpoint() const {
    const auto colon = metrics_listen.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        return std::nullopt;
    }
    auto address = metrics_listen.substr(0, colon);
    if (address.front() == '[' && address.back() == ']') {
        address = address.substr(1, address.size() - 2);
    }
    const auto number = parse_int(std::string_view(metrics_listen).substr(colon + 1));
    // An empty host or a star would mean every address, which nobody should get by a slip.
    if (address != "localhost" && !http::is_address(address)) {
        return std::nullopt;
    }
    if (!number || *number < 0 || *number > 65'535) {
        return std::nullopt;
    }
    return http::Endpoint{.host = std::move(address),
                          .port = static_cast<std::uint16_t>(*number),
                          .setting = "METRICS_LISTEN"};
}

LoadedConfig load_config(const settings::Values& flags, Role role) {
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
    loaded.origins = std::move(outcome.origins);

    auto& config = loaded.config;
    if (!config.metrics_listen.empty() && !config.metrics_endpoint()) {
        loaded.problems.push_back(
            {.field = "METRICS_LISTEN",
             .message = "must be an address and a port, such as 127.0.0.1:9100"});
    }
    check_dkim(config, loaded.problems);
    if (config.is_production()) {
        check_production(config, loaded.problems);
        warn_of_openings(config, loaded.warnings);
    }
    check_redis_names(config, loaded.problems);
    if (is_part(role)) {
        check_shared(config, loaded.problems);
    }
    derive_defaults(config);
    return loaded;
}

}  // namespace tripos::app
