// SPDX-License-Identifier: MIT
#include "app/services.hpp"

#include "alerts/alerts_module.hpp"
#include "app/audit_module.hpp"
#include "app/cookie_policy.hpp"
#include "app/copy_before_migrating.hpp"
#include "app/doctor_probes.hpp"
#include "app/invalidation_log.hpp"
#include "app/mail_module.hpp"
#include "app/redis_names.hpp"
#include "app/site_migrations.hpp"
#include "attempts/attempt_store.hpp"
#include "core/file.hpp"
#include "exams/exams_module.hpp"
#include "newsletters/newsletters_module.hpp"
#include "notices/mail_job.hpp"
#include "questions/questions_module.hpp"
#include "results/results_module.hpp"
#include "rosters/rosters_module.hpp"
#include "sql/migrations.hpp"
#include "telemetry/log.hpp"
#include "work/work_module.hpp"

namespace tripos::app {

namespace {

using std::chrono::seconds;

accounts::AccountLimits account_limits(const Config& config) {
    accounts::AccountLimits limits;
    accounts::AccountLimits::set(limits.log_in_per_account, config.login_limit_account);
    accounts::AccountLimits::set(limits.proofs_per_account, config.login_limit_account);
    limits.log_in_per_client.count = config.login_limit_address;
    limits.mails_per_client.count = config.mail_request_limit_address;
    limits.mails_per_recipient.count = config.mail_request_limit;
    limits.mails_to_recipient.count = 4 * config.mail_request_limit;
    limits.mails_per_account.count = config.mail_request_limit;
    return limits;
}

cache::CacheOptions cache_options_of(const Config& config) {
    return {.prefix = cache_prefix_of(config),
            .process_bytes = static_cast<std::size_t>(config.cache_process_mb) << 20,
            .sync_interval = std::chrono::milliseconds(config.cache_sync_interval),
            .max_staleness = std::chrono::milliseconds(10 * config.cache_sync_interval)};
}

newsletters::NewslettersOptions newsletters_options(const Config& config) {
    newsletters::NewslettersOptions options{.fanout = {},
                                            .webhook_secret = config.mail_webhook_secret};
    options.fanout.window = config.newsletter_window;
    options.fanout.breaker.limit = static_cast<double>(config.newsletter_failure_limit) / 100;
    return options;
}

accounts::AccountsOptions accounts_options(const Config& config, Secret access_secret,
                                           Secret email_secret) {
    return {
        .access_secret = std::move(access_secret),
        .email_secret = std::move(email_secret),
        .passwords = {.min_length = static_cast<std::size_t>(config.password_min_length),
                      .refuse_common = config.password_common == "refuse"},
        .hashing = {.slots = config.hashing_threads(), .wait_limit = seconds(config.login_wait)},
        .session_idle_limit = std::chrono::hours(config.session_idle_hours),
        .profile_ttl = seconds(config.cache_ttl_profile),
        .limits = account_limits(config),
        .frontend_url = config.frontend_url,
        .public_url = config.public_url,
        .cookie = cookie_policy(config),
        .origins = config.origins()};
}

questions::QuestionsOptions questions_options(const Config& config) {
    return {.ttl = seconds(config.cache_ttl_questions)};
}

exams::ExamsOptions exams_options(const Config& config) {
    return {.time_zone = config.exam_timezone,
            .negative_marks = config.grading_clamp_negative ? exams::NegativeMarks::clamp_to_zero
                                                            : exams::NegativeMarks::count,
            .lifetimes = {.exam = seconds(config.cache_ttl_exam),
                          .lists = seconds(config.cache_ttl_list)}};
}

attempts::AttemptsOptions attempts_options(const Config& config, Secret receipt_seal) {
    return {.grace = seconds(config.exam_grace),
            .site = link_base(config),
            .lifetimes = {.paper = seconds(config.cache_ttl_questions),
                          .attempt = seconds(config.cache_ttl_default),
                          .lists = seconds(config.cache_ttl_list)},
            .receipt_seal = std::move(receipt_seal)};
}

results::ResultsOptions results_options(const Config& config) {
    return {.lifetimes = {.result = seconds(config.cache_ttl_result)},
            .site = config.frontend_url.empty() ? link_base(config) : config.frontend_url};
}

operations::OperationsOptions operations_options(const Config& config) {
    return {.health = {.metrics_token = config.metrics_token, .version = TRIPOS_VERSION},
            .chores = {.queue_prefix = config.queue_prefix, .time_zone = config.exam_timezone},
            .site = {.name = config.site_name,
                     .logo = config.site_logo.empty() ? "" : read_file(config.site_logo).value(),
                     .developer_pages = config.developer_pages,
                     .has_components = config.developer_pages && !config.is_production(),
                     .has_dev_inbox = has_dev_inbox(config)},
            .mail_from = config.mail_from};
}

/// Requires: the settings were checked.
alerts::AlertWatchOptions alert_options(const Config& config, const DataFolder& folder) {
    const auto sender = notices::parse_sender(config.mail_from);
    alerts::AlertWatchOptions options;
    options.messenger = {.webhook_url = config.alert_webhook_url,
                         .webhook_secret = config.alert_webhook_secret,
                         .heartbeat_url = config.alert_heartbeat_url,
                         .to = {},
                         .from = sender->address,
                         .from_name = sender->name,
                         .smtp_url = config.smtp_url,
                         .smtp_ca_file = config.smtp_ca_file};
    if (!config.alert_email.empty()) {
        options.messenger.to = *mail::parse_address(config.alert_email);
    }
    options.site = link_base(config);
    options.data_dir = folder.path();
    return options;
}

Secret secret_or_generated(const Secret& configured, const ServicesParts& parts, const char* file) {
    return configured.empty() ? parts.folder.secret(file, parts.random) : configured;
}

}  // namespace

template <class Any, class... From>
Any& Services::add(From&&... from) {
    auto module_ = std::make_unique<Any>(std::forward<From>(from)...);
    auto& added = *module_;
    modules_.push_back(std::move(module_));
    return added;
}

Services::Services(const ServicesParts& given)
    : cache_(given.engines.cache_redis(), cache_options_of(given.config), given.metrics),
      limits_(&given.engines.queue_redis(), given.clock, given.metrics,
              {.prefix = own_prefix_of(given.config)}),
      parts_{.database = given.engines.database(),
             .cache = cache_,
             .clock = given.clock,
             .wall = given.wall,
             .random = given.random,
             .metrics = given.metrics,
             .background = given.threads.background(),
             .tracer = given.tracer} {
    const auto& config = given.config;
    auto& engines = given.engines;
    const auto email_secret = secret_or_generated(config.jwt_email_secret, given, kEmailSecretFile);
    auto access_secret = secret_or_generated(config.jwt_access_secret, given, kAccessSecretFile);
    const SiteSecrets secrets{.access = access_secret, .email = email_secret};

    add<InvalidationLog>(parts_);
    clock_ = &add<ClockModule>(parts_, given.clock);
    hold_ = &add<RestoreHold>(parts_);
    const auto is_held = [hold = hold_] { return hold->is_held(); };
    add<AuditModule>(parts_);
    auto& mails = add<MailModule>(parts_, engines.queue_redis(), config, email_secret);
    pipeline_ = &mails.pipeline();
    auto& accounts = add<accounts::AccountsModule>(
        parts_, limits_, mails.outbox(),
        accounts::ExamRules{attempts::attempt_store::refuse_leave,
                            attempts::attempt_store::sits_exam},
        accounts_options(config, std::move(access_secret), email_secret));
    const auto& guard = accounts.guard();
    auto& runner = add<work::WorkModule>(parts_, guard).runner();
    add<alerts::AlertsModule>(
        parts_, guard, [this] { operations_->refresh_figures(); },
        alert_options(config, given.folder));
    auto& questions =
        add<questions::QuestionsModule>(parts_, guard, questions_options(config)).questions();
    auto& cohorts = add<rosters::RostersModule>(parts_, guard, accounts.signup(),
                                                accounts.departed(), seconds(config.cache_ttl_list))
                        .cohorts();
    auto& exams_module =
        add<exams::ExamsModule>(parts_, guard, questions, cohorts, exams_options(config));
    auto& exams = exams_module.exams();
    auto& attempts = add<attempts::AttemptsModule>(
        attempts::AttemptsParts{parts_, guard, accounts.departed(), exams, exams_module.zone(),
                                cohorts, runner, limits_, &engines.queue_redis(),
                                own_prefix_of(config), is_held},
        attempts_options(config, email_secret));
    auto& results = add<results::ResultsModule>(
        results::ResultsParts{parts_, guard, exams, attempts, mails.outbox(), runner},
        results_options(config));
    auto& newsletters = add<newsletters::NewslettersModule>(
        newsletters::NewslettersParts{parts_, guard, mails.outbox(), runner},
        notices::UnsubscribeLinks(email_secret, link_base(config)), newsletters_options(config));
    operations_ = &add<operations::OperationsModule>(
        operations::OperationsParts{parts_, given.clock, engines.cache_redis(),
                                    engines.queue_redis(), engines.cache_watch(),
                                    engines.queue_watch(), mails.transport(), mails.pipeline(),
                                    accounts, attempts, results.candidate_export(), is_held,
                                    [this] { return backups_->last(); }, look_outside(config)},
        [this] { return chores(); }, operations_options(config));
    backups_ = &add<BackupModule>(BackupParts{parts_, given.folder, config.database_url, secrets,
                                              mails.pipeline(), runner, attempts, newsletters});
    accounts_ = &accounts;
}

Services::~Services() {
    while (!modules_.empty()) {
        modules_.pop_back();  // the last first: a vector would begin with the first
    }
}

std::vector<Chore> Services::chores() const {
    std::vector<Chore> all;
    for (const auto& one : modules_) {
        for (auto& chore : one->chores()) {
            all.push_back(std::move(chore));
        }
    }
    return all;
}

void Services::migrate(const std::string& data_dir) {
    auto all = site_migrations();
    if (parts_.database.engine() == sql::Engine::sqlite) {
        keep_a_way_back(all, data_dir);
    }
    run_blocking(parts_.background, sql::migrate(parts_.database, std::move(all), TRIPOS_VERSION));
    run_blocking(parts_.background, clock_->look());
    run_blocking(parts_.background, hold_->look());
}

void Services::keep_a_way_back(const std::vector<sql::Migration>& all,
                               const std::string& data_dir) {
    auto& background = parts_.background;
    auto look = [&all](sql::Session& session) { return sql::pending_migrations(session, all); };
    if (run_blocking(background, parts_.database.read(std::move(look))).empty()) {
        return;
    }
    auto copy = copy_before_migrating(parts_.database, data_dir, parts_.wall.now());
    log::info("sql", "copied before migrating",
              {{"path", run_blocking(background, std::move(copy))}});
}

void Services::clear_cache() {
    run_blocking(parts_.background, cache_.clear());
}

void Services::start(Role role) {
    run_blocking(parts_.background, cache_.meet_servers());
    run_blocking(parts_.background, operations_->adopt_tuning());
    for (const auto& one : modules_) {
        run_blocking(parts_.background, one->start());
    }
    if (parts_.database.engine() == sql::Engine::postgres) {
        hold_->watch();
    }
    if (!hold_->is_held()) {
        run_blocking(parts_.background, start_acting(role));
        return;
    }
    log::warn("restore", "the data was restored and is held: no mail leaves, no attempt ends",
              {{"cure", "tripos restore release --mails ... --attempts ..."}});
    clear_cache();  // a Redis that is not ours may know what the data does not
    run_blocking(parts_.background,
                 hold_->when_released([this, role] { return start_acting(role); }));
}

Task<> Services::start_acting(Role role) {
    pipeline_->start_relay();
    if (works(role)) {
        for (const auto& one : modules_) {
            co_await one->start_work();
        }
    }
}

void Services::announce_stop() {
    operations_->announce_stop();
    backups_->announce_stop();
}

void Services::stop(std::chrono::milliseconds grace) {
    if (std::exchange(stopped_, true)) {
        return;
    }
    run_blocking(parts_.background, hold_->stop(grace));  // it starts the others
    for (auto one = modules_.rbegin(); one != modules_.rend(); ++one) {
        run_blocking(parts_.background, (*one)->stop(grace));
    }
    run_blocking(parts_.background, cache_.stop());
}

void Services::add_routes(http::Router& router) {
    for (const auto& one : modules_) {
        one->add_routes(router);
    }
}

void Services::add_control_routes(http::Router& router) {
    for (const auto& one : modules_) {
        one->add_control_routes(router);
    }
}

}  // namespace tripos::app
