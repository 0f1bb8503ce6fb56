// SPDX-License-Identifier: MIT
#include "app/services.hpp"

#include "accounts/schema.hpp"
#include "app/cookie_policy.hpp"
#include "app/mail_settings.hpp"
#include "app/start_failure.hpp"
#include "exams/attempt_store.hpp"
#include "exams/exam_migrations.hpp"
#include "mail/smtp_transport.hpp"
#include "notices/mail_job.hpp"
#include "sql/migrations.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::hours kKeepMails{30 * 24};

Secret secret_or_generated(const Secret& configured, const ServicesParts& parts, const char* file) {
    return configured.empty() ? parts.folder.secret(file, parts.random) : configured;
}

/// Requires: the settings were checked.
std::unique_ptr<mail::DkimSigner> make_dkim(const Config& config) {
    auto signer = read_dkim_keys(config.dkim_keys, config.mail_from);
    if (!signer) {
        throw StartFailure(ExitCode::bad_settings, "DKIM_KEYS " + signer.error().message);
    }
    if (*signer) {
        for (const auto& record : (*signer)->records()) {
            log::info("mail", "mails are signed; the domain needs this TXT record",
                      {{"name", record.name}, {"value", record.value}});
        }
    }
    return std::move(*signer);
}

/// Nothing without SMTP_URL.
std::unique_ptr<mail::Transport> make_relay(const ServicesParts& parts,
                                            const mail::DkimSigner* signer) {
    if (parts.config.smtp_url.empty()) {
        return nullptr;
    }
    mail::SmtpOptions options{
        .url = parts.config.smtp_url,
        .bulk_url = parts.config.smtp_bulk_url,
        .connections = static_cast<std::size_t>(parts.config.email_concurrency),
        .bulk_connections = static_cast<std::size_t>(parts.config.email_bulk_concurrency),
        .ca_file = parts.config.smtp_ca_file,
        .signer = signer};
    auto smtp = mail::SmtpTransport::create(std::move(options), parts.metrics);
    if (!smtp) {
        throw StartFailure(ExitCode::bad_settings, smtp.error().message);
    }
    return std::move(*smtp);
}

/// In place of a relay, or before it where somebody asked for copies; otherwise nothing.
std::unique_ptr<mail::DevInbox> make_dev_inbox(const ServicesParts& parts,
                                               const mail::DkimSigner* signer,
                                               mail::Transport* relay) {
    if (relay != nullptr && !parts.config.dev_inbox) {
        return nullptr;
    }
    auto failures = read_dev_failures(parts.config.dev_inbox_failures);
    if (!failures) {
        throw StartFailure(ExitCode::bad_settings,
                           "DEV_INBOX_FAILURES " + failures.error().message);
    }
    mail::DevInboxOptions options{
        .signer = signer, .next = relay, .failures = std::move(*failures)};
    return std::make_unique<mail::DevInbox>(parts.engines.database(), parts.clock, parts.random,
                                            std::move(options));
}

mail::Transport& first_transport(mail::DevInbox* inbox, mail::Transport* relay) {
    return inbox != nullptr ? *inbox : *relay;
}

mail::DevInboxAudience inbox_audience(const Config& config) {
    return config.is_production() ? mail::DevInboxAudience::this_machine
                                  : mail::DevInboxAudience::everyone;
}

/// What unsubscribe links begin with; of a server on any free port they lead to port 80.
std::string link_base(const Config& config) {
    return config.public_url.empty() ? "http://localhost" : config.public_url;
}

cache::CacheOptions cache_options(const Config& config) {
    return {.prefix = config.cache_prefix,
            .process_bytes = static_cast<std::size_t>(config.cache_process_mb) << 20};
}

newsletters::NewslettersOptions newsletters_options(const Config& config) {
    newsletters::NewslettersOptions options{.fanout = {},
                                            .webhook_secret = config.mail_webhook_secret};
    options.fanout.window = config.newsletter_window;
    options.fanout.breaker.limit = static_cast<double>(config.newsletter_failure_limit) / 100;
    return options;
}

notices::MailPipelineOptions pipeline_options(const Config& config, const Secret& link_secret) {
    return {.queue_prefix = config.queue_prefix,
            .from = config.mail_from,
            .public_url = link_base(config),
            .link_secret = link_secret,
            .concurrency =
                std::max<std::size_t>(64, 4 * static_cast<std::size_t>(config.email_concurrency)),
            .relay_interval = milliseconds(config.outbox_relay_interval),
            .reconcile_interval = milliseconds(config.outbox_reconcile_interval),
            .reconcile_after = milliseconds(config.outbox_reconcile_after)};
}

accounts::AccountLimits account_limits(const Config& config) {
    accounts::AccountLimits limits;
    limits.login_per_account.count = static_cast<int>(config.login_limit_account);
    limits.login_per_address.count = static_cast<int>(config.login_limit_address);
    limits.signup_per_address.count = static_cast<int>(config.signup_limit);
    limits.forgot_per_account.count = static_cast<int>(config.mail_request_limit);
    limits.resend_per_account.count = static_cast<int>(config.mail_request_limit);
    limits.email_change_per_account.count = static_cast<int>(config.mail_request_limit);
    return limits;
}

accounts::AccountsOptions accounts_options(const ServicesParts& parts, const Secret& email_secret) {
    const auto& config = parts.config;
    return {.access_secret = secret_or_generated(config.jwt_access_secret, parts, "access-secret"),
            .email_secret = email_secret,
            .password_min_length = static_cast<std::size_t>(config.password_min_length),
            .profile_ttl = seconds(config.cache_ttl_profile),
            .limits = account_limits(config),
            .frontend_url = config.frontend_url,
            .public_url = config.public_url,
            .cookie = cookie_policy(config),
            .origins = config.origins()};
}

exams::ExamsOptions exams_options(const Config& config) {
    exams::ExamsOptions options;
    options.time_zone = config.exam_timezone;
    options.clamp_negative = config.grading_clamp_negative;
    options.lifetimes.exam = seconds(config.cache_ttl_exam);
    options.lifetimes.exam_questions = seconds(config.cache_ttl_questions);
    options.lifetimes.question = seconds(config.cache_ttl_questions);
    options.lifetimes.result = seconds(config.cache_ttl_result);
    options.lifetimes.lists = seconds(config.cache_ttl_list);
    options.lifetimes.attempt = seconds(config.cache_ttl_default);
    return options;
}

}  // namespace

Services::Services(ServicesParts parts)
    : parts_(parts),
      email_secret_(secret_or_generated(parts.config.jwt_email_secret, parts, "email-secret")),
      cache_(parts.engines.cache_redis(), cache_options(parts.config), parts.metrics),
      invalidation_log_(parts.threads.background(), parts.engines.database(), cache_, parts.random),
      outbox_(email_secret_, parts.config.email_seal, parts.clock, parts.random),
      dkim_(make_dkim(parts.config)),
      relay_(make_relay(parts, dkim_.get())),
      dev_inbox_(make_dev_inbox(parts, dkim_.get(), relay_.get())),
      transport_(first_transport(dev_inbox_.get(), relay_.get())),
      pipeline_(parts.threads.background(), parts.engines.database(), parts.engines.queue_redis(),
                outbox_, transport_, pipeline_options(parts.config, email_secret_), parts.clock,
                parts.random, parts.metrics),
      accounts_({.database = parts.engines.database(),
                 .cache = cache_,
                 .outbox = outbox_,
                 .mail_queued = [this] { pipeline_.nudge(); },
                 .refuse_leave = exams::attempt_store::refuse_leave,
                 .clock = parts.clock,
                 .random = parts.random},
                accounts_options(parts, email_secret_)),
      exams_({.database = parts.engines.database(),
              .departed = accounts_.departed(),
              .cache = cache_,
              .clock = parts.clock,
              .random = parts.random,
              .metrics = parts.metrics,
              .background = parts.threads.background()},
             exams_options(parts.config)),
      newsletters_(
          {.executor = parts.threads.background().get_executor(),
           .database = parts.engines.database(),
           .outbox = outbox_,
           .unsubscribe_links = notices::UnsubscribeLinks(email_secret_, link_base(parts.config)),
           .mail_queued = [this] { pipeline_.nudge(); },
           .clock = parts.clock,
           .random = parts.random},
          newsletters_options(parts.config)),
      chores_(parts.threads.background(), parts.engines.queue_redis(), chores(),
              {.queue_prefix = parts.config.queue_prefix, .time_zone = parts.config.exam_timezone},
              parts.clock, parts.random, parts.metrics),
      account_data_({.database = parts.engines.database(),
                     .accounts = accounts_.own_data(),
                     .exams = exams_.candidate_export()},
                    parts.clock),
      health_({.database = parts.engines.database(),
               .cache_redis = parts.engines.cache_redis(),
               .queue_redis = parts.engines.queue_redis(),
               .cache_watch = parts.engines.cache_watch(),
               .queue_watch = parts.engines.queue_watch(),
               .mail = transport_},
              {.metrics_token = parts.config.metrics_token, .version = TRIPOS_VERSION}, parts.clock,
              parts.metrics),
      notifications_(parts.engines.database(), outbox_, pipeline_, parts.clock, parts.random),
      results_mail_(
          {.database = parts.engines.database(),
           .outbox = outbox_,
           .pipeline = pipeline_,
           .clock = parts.clock},
          parts.config.frontend_url.empty() ? link_base(parts.config) : parts.config.frontend_url),
      mail_api_({.database = parts.engines.database(),
                 .transport = transport_,
                 .pipeline = pipeline_,
                 .clock = parts.clock,
                 .random = parts.random},
                parts.config.mail_from),
      queue_admin_(parts.engines.queue_redis(), parts.config.queue_prefix, parts.clock,
                   parts.random),
      queues_(queue_admin_),
      queue_control_(queue_admin_),
      cache_api_(cache_),
      cache_control_(cache_, exams_),
      description_(TRIPOS_VERSION) {
    if (dev_inbox_) {
        dev_inbox_api_.emplace(*dev_inbox_, inbox_audience(parts.config), parts.config.public_url);
    }
}

Services::~Services() = default;

/// At night where the exams are, one after the other.
std::vector<operations::Chore> Services::chores() {
    return {{.name = "delete-expired-sessions-and-links",
             .pattern = "10 3 * * *",
             .work = [this] { return accounts_.delete_expired(); }},
            {.name = "prune-mails", .pattern = "20 3 * * *", .work = [this] {
                 return pipeline_.prune(parts_.clock.now() - kKeepMails);
             }}};
}

void Services::migrate() {
    std::vector<sql::Migration> all;
    const auto add = [&all](std::vector<sql::Migration> some) {
        all.insert(all.end(), some.begin(), some.end());
    };
    add(InvalidationLog::migrations());
    add(mail::DevInbox::migrations());
    add(notices::Outbox::migrations());
    add(accounts::migrations());
    add(exams::migrations());
    add(newsletters::migrations());
    add(operations::NotificationsApi::migrations());
    add(operations::ResultsMailApi::migrations());
    run_blocking(parts_.threads.background(),
                 sql::migrate(parts_.engines.database(), std::move(all)));
}

void Services::clear_cache() {
    run_blocking(parts_.threads.background(), cache_.clear());
}

void Services::start() {
    run_blocking(parts_.threads.background(), invalidation_log_.start());
    pipeline_.start();
    newsletters_.start();
    exams_.start();
    chores_.start();
}

void Services::stop(milliseconds grace) {
    if (std::exchange(stopped_, true)) {
        return;
    }
    auto& background = parts_.threads.background();
    run_blocking(background, chores_.stop(grace));
    run_blocking(background, newsletters_.stop());
    run_blocking(background, pipeline_.stop(grace));
    run_blocking(background, exams_.stop());
    run_blocking(background, invalidation_log_.stop());
    run_blocking(background, cache_.stop());
}

void Services::add_routes(http::Router& router) {
    health_.add_routes(router);
    pages_.add_routes(router);
    description_.add_routes(router);
    if (dev_inbox_api_) {
        dev_inbox_api_->add_routes(router);
    }
    accounts_.add_routes(router);
    exams_.add_routes(router, accounts_.guard());
    newsletters_.add_routes(router, accounts_.guard());
    account_data_.add_routes(router, accounts_.guard());
    notifications_.add_routes(router, accounts_.guard());
    results_mail_.add_routes(router, accounts_.guard());
    mail_api_.add_routes(router, accounts_.guard());
    queues_.add_routes(router, accounts_.guard());
    cache_api_.add_routes(router, accounts_.guard());
}

void Services::add_control_routes(http::Router& router) {
    queue_control_.add_routes(router);
    cache_control_.add_routes(router);
    newsletters_.add_control_routes(router);
    mail_api_.add_control_routes(router);
}

}  // namespace tripos::app
