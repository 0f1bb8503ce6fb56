// SPDX-License-Identifier: MIT
#include "app/mail_module.hpp"

#include "app/mail_settings.hpp"
#include "app/start_failure.hpp"
#include "mail/smtp_transport.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours kKeepMails{30 * 24};

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
std::unique_ptr<mail::Transport> make_relay(const Config& config, const Parts& parts,
                                            const mail::DkimSigner* signer) {
    if (config.smtp_url.empty()) {
        return nullptr;
    }
    mail::SmtpOptions options{
        .url = config.smtp_url,
        .bulk_url = config.smtp_bulk_url,
        .connections = static_cast<std::size_t>(config.email_concurrency),
        .bulk_connections = static_cast<std::size_t>(config.email_bulk_concurrency),
        .ca_file = config.smtp_ca_file,
        .signer = signer};
    auto smtp = mail::SmtpTransport::create(std::move(options), parts.metrics);
    if (!smtp) {
        throw StartFailure(ExitCode::bad_settings, smtp.error().message);
    }
    return std::move(*smtp);
}

/// Nothing when there is none.
std::unique_ptr<mail::DevInbox> make_dev_inbox(const Config& config, const Parts& parts,
                                               const mail::DkimSigner* signer,
                                               mail::Transport* relay) {
    if (!has_dev_inbox(config)) {
        return nullptr;
    }
    auto failures = read_dev_failures(config.dev_inbox_failures);
    if (!failures) {
        throw StartFailure(ExitCode::bad_settings,
                           "DEV_INBOX_FAILURES " + failures.error().message);
    }
    mail::DevInboxOptions options{
        .signer = signer, .next = relay, .failures = std::move(*failures)};
    return std::make_unique<mail::DevInbox>(parts.database, parts.clock, parts.random,
                                            std::move(options));
}

mail::Transport& first_transport(mail::DevInbox* inbox, mail::Transport* relay) {
    return inbox != nullptr ? *inbox : *relay;
}

mail::DevInboxAudience inbox_audience(const Config& config) {
    return config.is_production() ? mail::DevInboxAudience::this_machine
                                  : mail::DevInboxAudience::everyone;
}

notices::MailPipelineOptions pipeline_options(const Config& config, const Secret& link_secret,
                                              trace::Tracer* tracer) {
    return {.queue_prefix = config.queue_prefix,
            .from = config.mail_from,
            .public_url = link_base(config),
            .link_secret = link_secret,
            .concurrency =
                std::max<std::size_t>(64, 4 * static_cast<std::size_t>(config.email_concurrency)),
            .connections = static_cast<std::size_t>(config.email_concurrency),
            .bulk_connections = static_cast<std::size_t>(config.email_bulk_concurrency),
            .slow_retries = config.email_slow_retries,
            .relay_interval = milliseconds(config.outbox_relay_interval),
            .reconcile_interval = milliseconds(config.outbox_reconcile_interval),
            .reconcile_after = milliseconds(config.outbox_reconcile_after),
            .tracer = tracer};
}

}  // namespace

std::string link_base(const Config& config) {
    return config.public_url.empty() ? "http://localhost" : config.public_url;
}

bool has_dev_inbox(const Config& config) {
    return config.smtp_url.empty() || config.dev_inbox;
}

MailModule::MailModule(const Parts& parts, redis::Client& queue_redis, const Config& config,
                       const Secret& secret)
    : clock_(parts.clock),
      outbox_(secret, config.email_seal, parts.clock, parts.random),
      dkim_(make_dkim(config)),
      relay_(make_relay(config, parts, dkim_.get())),
      dev_inbox_(make_dev_inbox(config, parts, dkim_.get(), relay_.get())),
      transport_(first_transport(dev_inbox_.get(), relay_.get())),
      pipeline_(parts.background, parts.database, queue_redis, outbox_, transport_,
                pipeline_options(config, secret, parts.tracer), parts.clock, parts.wall,
                parts.random, parts.metrics) {
    outbox_.on_queued([this] { pipeline_.nudge(); });
    if (dev_inbox_) {
        dev_inbox_api_.emplace(*dev_inbox_, inbox_audience(config), config.public_url);
    }
}

std::vector<sql::Migration> MailModule::migrations() {
    auto steps = mail::DevInbox::migrations();
    const auto more = notices::Outbox::migrations();
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

void MailModule::add_routes(http::Router& router) {
    if (dev_inbox_api_) {
        dev_inbox_api_->add_routes(router);
    }
}

/// At night where the exams are.
std::vector<Chore> MailModule::chores() {
    return {{.name = "prune-mails", .pattern = "20 3 * * *", .work = [this] {
                 return pipeline_.prune(clock_.now() - kKeepMails);
             }}};
}

Task<> MailModule::start_work() {
    pipeline_.start_workers();
    co_return;
}

Task<> MailModule::stop(milliseconds grace) {
    return pipeline_.stop(grace);
}

}  // namespace tripos::app
