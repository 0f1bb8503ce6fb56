// SPDX-License-Identifier: MIT
#include "app/doctor_probes.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <future>
#include <memory>
#include <set>
#include <thread>

#include "app/control_client.hpp"
#include "app/control_values.hpp"
#include "app/data_folder.hpp"
#include "app/mail_settings.hpp"
#include "app/redis_names.hpp"
#include "async/io_threads.hpp"
#include "core/clock.hpp"
#include "core/text.hpp"
#include "doctor/address_probe.hpp"
#include "doctor/dns.hpp"
#include "doctor/host_probe.hpp"
#include "doctor/redis_probe.hpp"
#include "doctor/spf.hpp"
#include "mail/relay_try.hpp"
#include "notices/mail_job.hpp"
#include "operations/finding_json.hpp"
#include "operations/findings_api.hpp"
#include "redis/embedded_server.hpp"
#include "settings/option.hpp"
#include "sql/database_address.hpp"

namespace tripos::app {

namespace {

using doctor::Looked;
using doctor::looked_at;
using doctor::not_looked;

constexpr std::chrono::milliseconds kStep{2'000};  ///< of the relay
constexpr std::chrono::milliseconds kAddressLimit{4'000};
constexpr std::chrono::milliseconds kOutsideLimit{5'000};
constexpr std::size_t kFewLetters = 8;  ///< different ones of a secret
constexpr const char* kNoPrivateRedis = "the private redis-server runs only with the server";

/// A thread for what talks to Redis; it lives as long as whoever asks.
struct OwnThread {
    OwnThread() : threads(1) { threads.start(); }
    IoThreads threads;
    SystemClock clock;
};

/// REDIS_URL or what stands for it; empty: the private server, which does not run.
std::string redis_url(const Config& config, const Secret& own) {
    if (!own.empty()) {
        return own.reveal();
    }
    if (!config.redis_url.empty()) {
        return config.redis_url.reveal();
    }
    return DataFolder::is_taken(config.data_dir) ? "unix://" + config.data_dir + "/redis/redis.sock"
                                                 : "";
}

std::int64_t planned_clients(const Config& config) {
    const auto threads = config.http_threads > 0
                             ? config.http_threads
                             : std::int64_t{std::thread::hardware_concurrency()};
    return doctor::planned_clients(threads);
}

std::vector<doctor::RedisTarget> redis_targets(const Config& config) {
    const auto cache = redis_url(config, config.cache_redis_url);
    const auto queue = redis_url(config, config.queue_redis_url);
    const auto queue_keys =
        std::vector<std::string>{config.queue_prefix + ":", own_prefix_of(config)};
    if (cache.empty() && queue.empty()) {
        return {};
    }
    const auto target = [planned = planned_clients(config)](const std::string& url, doctor::Use use,
                                                            std::vector<std::string> prefixes) {
        return doctor::RedisTarget{.address = *redis::parse_address(url),
                                   .slot_key = prefixes.front(),
                                   .use = use,
                                   .prefixes = std::move(prefixes),
                                   .planned_clients = planned};
    };
    // On a Cluster each has a node of its own.
    const bool is_cluster =
        !queue.empty() && redis::parse_address(queue)->kind == redis::Address::Kind::cluster;
    if (cache == queue && !is_cluster) {
        auto keys = queue_keys;
        keys.push_back(cache_prefix_of(config));
        return {target(queue, doctor::Use::both, std::move(keys))};
    }
    std::vector<doctor::RedisTarget> targets;
    if (!cache.empty()) {
        targets.push_back(target(cache, doctor::Use::cache, {cache_prefix_of(config)}));
    }
    if (!queue.empty()) {
        targets.push_back(target(queue, doctor::Use::queue, queue_keys));
    }
    return targets;
}

Looked<std::vector<doctor::RedisLook>> look_at_redis(const Config& config) {
    const auto targets = redis_targets(config);
    if (targets.empty()) {
        return not_looked<std::vector<doctor::RedisLook>>(kNoPrivateRedis);
    }
    OwnThread own;
    std::vector<doctor::RedisLook> seen;
    for (const auto& target : targets) {
        seen.push_back(doctor::look_at_redis(own.threads.background(), target, own.clock));
    }
    return looked_at(std::move(seen));
}

Looked<std::vector<queue::QueueCondition>> look_at_queues(const Config& config) {
    const auto url = redis_url(config, config.queue_redis_url);
    if (url.empty()) {
        return not_looked<std::vector<queue::QueueCondition>>(kNoPrivateRedis);
    }
    OwnThread own;
    return looked_at(doctor::look_at_queues(own.threads.background(), *redis::parse_address(url),
                                            config.queue_prefix, operations::own_queues(),
                                            own.clock));
}

doctor::DatabaseLook look_at_database(const Config& config, bool deep) {
    doctor::DatabaseLook seen;
    const auto& url = config.database_url.reveal();
    seen.address = settings::without_credentials(url);
    try {
        const sql::DatabaseOptions options{.url = url};
        const auto found = sql::look_at(options, deep ? sql::Depth::whole : sql::Depth::glance);
        seen.has_site = found.is_migrated;
        seen.log_bytes = found.log_bytes;
        seen.unsafe = found.unsafe;
        seen.damage = on_one_line(found.damage);
        seen.oldest_transaction = found.oldest_transaction;
        seen.oldest_holder = on_one_line(found.oldest_holder);
    } catch (const SystemError& failure) {
        seen.problem = on_one_line(failure.what());
    }
    return seen;
}

doctor::RelayLook look_at_relay(const Config& config, const Secret& url) {
    const mail::SmtpOptions options{
        .url = url,
        .ca_file = config.smtp_ca_file,
        .timeouts = {.connect = kStep, .greeting = kStep, .command = kStep}};
    const auto sender = notices::parse_sender(config.mail_from);
    const auto done = mail::try_relay(options, sender->address.text);
    return {.address = settings::without_credentials(url.reveal()),
            .step = done.step,
            .problem = on_one_line(done.reply)};
}

Looked<std::vector<doctor::RelayLook>> look_at_relays(const Config& config) {
    if (config.smtp_url.empty()) {
        return not_looked<std::vector<doctor::RelayLook>>(
            "SMTP_URL is not set: mails stay in the dev inbox");
    }
    // At the same time: both together may take no longer than one.
    std::future<doctor::RelayLook> bulk;
    if (!config.smtp_bulk_url.empty()) {
        bulk = std::async(std::launch::async,
                          [&config] { return look_at_relay(config, config.smtp_bulk_url); });
    }
    std::vector<doctor::RelayLook> seen{look_at_relay(config, config.smtp_url)};
    if (bulk.valid()) {
        seen.push_back(bulk.get());
        seen.back().is_bulk = true;
    }
    return looked_at(std::move(seen));
}

/// As `tripos mail test` sends it: by the server that runs, past the queue.
Looked<doctor::SentLook> send_test_mail(const Config& config, const std::string& address) {
    const auto body = boost::json::serialize(boost::json::object{{"address", address}});
    const auto answer = post_to_server(config.socket_path(), "/control/mail/test", body);
    if (!answer) {
        return looked_at(doctor::SentLook{.outcome = "not sent",
                                          .reply = "no server runs here that could send it"});
    }
    boost::system::error_code malformed;
    const auto told = boost::json::parse(answer->body, malformed);
    const auto* members = told.if_object();
    if (members == nullptr || !members->contains("outcome")) {
        return looked_at(doctor::SentLook{
            .outcome = "refused by the server",
            .reply = members == nullptr ? "" : on_one_line(member_text(*members, "message"))});
    }
    return looked_at(doctor::SentLook{.outcome = member_text(*members, "outcome"),
                                      .reply = on_one_line(member_text(*members, "reply"))});
}

bool is_here_alone(const std::string& domain) {
    return domain == "localhost" || domain.ends_with(".localhost");
}

Looked<doctor::SenderLook> look_at_sender(const Config& config, const std::string& name_server) {
    const auto domain = notices::parse_sender(config.mail_from)->domain;
    if (config.smtp_url.empty() || is_here_alone(domain)) {
        return not_looked<doctor::SenderLook>("mails do not leave this machine");
    }
    std::vector<doctor::SenderLook::Key> keys;
    if (const auto signer = read_dkim_keys(config.dkim_keys, config.mail_from); signer && *signer) {
        for (const auto& record : (*signer)->records()) {
            keys.push_back({.name = record.name, .wanted = record.value, .found = {}});
        }
    }
    const auto server = doctor::parse_name_server(name_server);
    return looked_at(doctor::look_at_sender(
        domain, std::move(keys),
        [server](const std::string& name) { return doctor::ask_for_texts(name, server); }));
}

Looked<doctor::AddressLook> look_at_address(const Config& config) {
    if (config.public_url.empty()) {
        return not_looked<doctor::AddressLook>("PUBLIC_URL is not set");
    }
    auto seen = doctor::look_at_address(config.public_url, "/healthz", kAddressLimit);
    seen.now = SystemClock().now();
    seen.may_be_many = config.database_url.reveal().starts_with("postgres");
    return looked_at(std::move(seen));
}

std::vector<std::string> weak_secrets(const Config& config) {
    const std::pair<const char*, const Secret*> secrets[] = {
        {"JWT_ACCESS_SECRET", &config.jwt_access_secret},
        {"JWT_EMAIL_SECRET", &config.jwt_email_secret},
        {"MAIL_WEBHOOK_SECRET", &config.mail_webhook_secret},
        {"ALERT_WEBHOOK_SECRET", &config.alert_webhook_secret},
        {"METRICS_TOKEN", &config.metrics_token}};
    std::vector<std::string> weak;
    std::map<std::string, std::string> known;
    for (const auto& [name, secret] : secrets) {
        const auto& text = secret->reveal();
        if (text.empty()) {
            continue;
        }
        if (std::set<char>(text.begin(), text.end()).size() < kFewLetters) {
            weak.push_back(std::string(name) + " repeats itself");
        }
        const auto [other, is_new] = known.emplace(text, name);
        if (!is_new) {
            weak.push_back(std::string(name) + " is that of " + other->second);
        }
    }
    return weak;
}

/// The files with secrets of settings that others can read.
std::vector<std::string> open_settings(const LoadedConfig& loaded) {
    std::set<std::string> files;
    auto config = loaded.config;
    for (const auto& option : config.table()) {
        const auto origin = loaded.origins.find(option.key);
        if (!option.is_secret || origin == loaded.origins.end()) {
            continue;
        }
        if (!origin->second.file.empty()) {
            files.insert(origin->second.file);
        } else if (origin->second.source == settings::Source::dotenv) {
            files.insert(".env");
        }
    }
    std::vector<std::string> open;
    std::copy_if(files.begin(), files.end(), std::back_inserter(open),
                 [](const std::string& file) { return doctor::open_mode(file).has_value(); });
    return open;
}

doctor::SiteLook look_at_site(const LoadedConfig& loaded) {
    doctor::SiteLook seen;
    seen.weak_secrets = weak_secrets(loaded.config);
    seen.open_settings = open_settings(loaded);
    if (const auto answer =
            post_to_server(loaded.config.socket_path(), "/control/findings", "{}")) {
        seen.is_running = true;
        boost::system::error_code malformed;
        const auto body = boost::json::parse(answer->body, malformed);
        if (const auto* members = body.if_object(); members && members->contains("instance")) {
            seen.told = operations::read_findings(members->at("data"));
            seen.instance = member_text(*members, "instance");
        }
    }
    return seen;
}

}  // namespace

doctor::Probes doctor_probes(const LoadedConfig& loaded, const DoctorArguments& arguments) {
    const auto copy = std::make_shared<const LoadedConfig>(loaded);
    const auto wants = [&arguments](const char* area) {
        return arguments.area.empty() || arguments.area == area;
    };
    doctor::Probes probes;
    probes.site = [copy] { return looked_at(look_at_site(*copy)); };  // knows of every area
    if (wants("redis")) {
        probes.redis = [copy] { return look_at_redis(copy->config); };
    }
    if (wants("queue")) {
        probes.queues = [copy] { return look_at_queues(copy->config); };
    }
    if (wants("database")) {
        probes.database = [copy, deep = arguments.deep] {
            return looked_at(look_at_database(copy->config, deep));
        };
    }
    if (wants("mail") && !arguments.offline) {
        probes.relays = [copy] { return look_at_relays(copy->config); };
        probes.sender = [copy, server = arguments.name_server] {
            return look_at_sender(copy->config, server);
        };
    }
    if (!arguments.send_to.empty()) {
        probes.sent = [copy, address = arguments.send_to] {
            return send_test_mail(copy->config, address);
        };
    }
    if (wants("site") && !arguments.offline) {
        probes.address = [copy] { return look_at_address(copy->config); };
    }
    if (wants("host")) {
        probes.host = [copy] { return looked_at(doctor::look_at_host(copy->config.data_dir)); };
    }
    return probes;
}

std::function<doctor::Evidence(std::stop_token)> look_outside(const Config& config) {
    const auto copy = std::make_shared<const Config>(config);
    doctor::Probes probes;
    probes.host = [copy] { return looked_at(doctor::look_at_host(copy->data_dir)); };
    probes.database = [copy] { return looked_at(look_at_database(*copy, false)); };
    probes.relays = [copy] { return look_at_relays(*copy); };
    probes.redis = [copy] { return look_at_redis(*copy); };
    probes.sender = [copy] { return look_at_sender(*copy, {}); };
    probes.address = [copy] { return look_at_address(*copy); };
    return [lookout = std::make_shared<doctor::Lookout>(std::move(probes))](
               const std::stop_token& stop) { return lookout->look(kOutsideLimit, stop); };
}

}  // namespace tripos::app
