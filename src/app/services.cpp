// SPDX-License-Identifier: MIT
#include "app/services.hpp"

#include "accounts/schema.hpp"
#include "app/start_failure.hpp"
#include "exams/exam_migrations.hpp"
#include "mail/smtp_transport.hpp"
#include "sql/migrations.hpp"

namespace tripos::app {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Secret secret_or_generated(const Secret& configured, const ServicesParts& parts, const char* file) {
    return configured.empty() ? parts.folder.secret(file, parts.random) : configured;
}

std::unique_ptr<mail::Transport> make_transport(const ServicesParts& parts) {
    if (parts.config.smtp_url.empty()) {
        return std::make_unique<mail::DevInbox>(parts.engines.database(), parts.clock,
                                                parts.random);
    }
    mail::SmtpOptions options{
        .url = parts.config.smtp_url,
        .connections = static_cast<std::size_t>(parts.config.email_concurrency)};
    auto smtp = mail::SmtpTransport::create(std::move(options));
    if (!smtp) {
        throw StartFailure(ExitCode::bad_settings, "SMTP_URL: " + smtp.error().message);
    }
    return std::move(*smtp);
}

notices::MailPipelineOptions pipeline_options(const Config& config) {
    return {.queue_prefix = config.queue_prefix,
            .from = config.mail_from,
            .concurrency = static_cast<std::size_t>(config.email_concurrency),
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
            .cookie_domain = config.cookie_domain,
            .origins = config.cors_origins,
            .is_production = config.is_production()};
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
      cache_(parts.engines.cache_redis(), {.prefix = parts.config.cache_prefix}, parts.metrics),
      outbox_(email_secret_, parts.config.email_seal, parts.clock, parts.random),
      transport_(make_transport(parts)),
      dev_inbox_(dynamic_cast<mail::DevInbox*>(transport_.get())),
      pipeline_(parts.threads.background(), parts.engines.database(), parts.engines.queue_redis(),
                outbox_, *transport_, pipeline_options(parts.config), parts.clock, parts.random,
                parts.metrics),
      accounts_({.database = parts.engines.database(),
                 .cache = cache_,
                 .outbox = outbox_,
                 .mail_queued = [this] { pipeline_.nudge(); },
                 .clock = parts.clock,
                 .random = parts.random},
                accounts_options(parts, email_secret_)),
      exams_({.database = parts.engines.database(),
              .cache = cache_,
              .clock = parts.clock,
              .random = parts.random,
              .metrics = parts.metrics,
              .background = parts.threads.background()},
             exams_options(parts.config)),
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
      queue_admin_(parts.engines.queue_redis(), parts.config.queue_prefix, parts.clock),
      queues_(queue_admin_),
      queue_control_(queue_admin_),
      description_(TRIPOS_VERSION) {}

Services::~Services() = default;

void Services::migrate() {
    std::vector<sql::Migration> all;
    const auto add = [&all](std::vector<sql::Migration> some) {
        all.insert(all.end(), some.begin(), some.end());
    };
    add(mail::DevInbox::migrations());
    add(notices::Outbox::migrations());
    add(accounts::migrations());
    add(exams::migrations());
    add(operations::NotificationsApi::migrations());
    run_blocking(parts_.threads.background(),
                 sql::migrate(parts_.engines.database(), std::move(all)));
}

void Services::start() {
    pipeline_.start();
    exams_.start();
}

void Services::stop(milliseconds grace) {
    if (std::exchange(stopped_, true)) {
        return;
    }
    auto& background = parts_.threads.background();
    run_blocking(background, pipeline_.stop(grace));
    run_blocking(background, exams_.stop());
    run_blocking(background, cache_.stop());
}

void Services::add_routes(http::Router& router) {
    health_.add_routes(router);
    pages_.add_routes(router);
    description_.add_routes(router);
    if (dev_inbox_ != nullptr) {
        dev_inbox_->add_routes(router);
    }
    accounts_.add_routes(router);
    exams_.add_routes(router, accounts_.guard());
    account_data_.add_routes(router, accounts_.guard());
    notifications_.add_routes(router, accounts_.guard());
    queues_.add_routes(router, accounts_.guard());
}

void Services::add_control_routes(http::Router& router) {
    queue_control_.add_routes(router);
}

}  // namespace tripos::app
