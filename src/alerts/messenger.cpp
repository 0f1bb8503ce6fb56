// SPDX-License-Identifier: MIT
#include "alerts/messenger.hpp"

#include "alerts/web_call.hpp"
#include "core/assert.hpp"
#include "core/text.hpp"
#include "mail/webhook_signature.hpp"
#include "telemetry/log.hpp"

namespace tripos::alerts {

namespace {

using std::chrono::seconds;

/// Of a relay that hangs somebody else must be told soon.
constexpr mail::SmtpTimeouts kTimeouts{.connect = seconds(5),
                                       .greeting = seconds(5),
                                       .command = seconds(5),
                                       .data = seconds(5),
                                       .block = seconds(5),
                                       .final_dot = seconds(10)};

/// Requires: the settings were checked.
std::unique_ptr<mail::SmtpTransport> make_transport(const MessengerOptions& options,
                                                    Metrics& metrics) {
    if (options.smtp_url.empty() || !options.to) {
        return nullptr;
    }
    mail::SmtpOptions smtp{.url = options.smtp_url,
                           .bulk_url = {},
                           .connections = 1,
                           .messages_per_connection = 1,
                           .ca_file = options.smtp_ca_file,
                           .timeouts = kTimeouts};
    auto made = mail::SmtpTransport::create(std::move(smtp), metrics);
    TRIPOS_ASSERT(made.has_value());
    return std::move(*made);
}

}  // namespace

Messenger::Messenger(MessengerOptions options, Random& random, Metrics& metrics)
    : options_(std::move(options)),
      random_(random),
      metrics_(metrics),
      transport_(make_transport(options_, unlisted_)) {
    for (const char* way : {"webhook", "mail", "heartbeat"}) {  // to be seen at 0
        outcomes(way, "sent");
        outcomes(way, "failed");
    }
}

Counter& Messenger::outcomes(const char* way, const char* result) {
    return metrics_.counter("tripos_alerts_messages_total",
                            "Messages of alerts, and heartbeats, by outcome",
                            {{"way", way}, {"result", result}});
}

Task<bool> Messenger::send(const AlertMessage& message, Timestamp now) {
    const bool was_posted = !options_.webhook_url.empty() && post(message, now);
    bool was_mailed = false;
    if (transport_ && !stopped_) {
        was_mailed = co_await mail(message, now);
    }
    co_return was_posted || was_mailed;
}

void Messenger::beat() {
    note("heartbeat", call({.url = options_.heartbeat_url, .body = {}}, stopped_));
}

bool Messenger::post(const AlertMessage& message, Timestamp now) {
    WebCall what{.url = options_.webhook_url, .body = message.json};
    if (!options_.webhook_secret.empty()) {
        const auto id = "alert_" + random_.hex(12);
        const auto at = std::to_string(to_millis(now) / 1'000);
        what.headers = {
            {"webhook-id", id},
            {"webhook-timestamp", at},
            {"webhook-signature", mail::sign_webhook(id, at, what.body, options_.webhook_secret)}};
    }
    return note("webhook", call(what, stopped_));
}

Task<bool> Messenger::mail(const AlertMessage& message, Timestamp now) {
    mail::Message letter;
    letter.from_name = options_.from_name;
    letter.from = options_.from;
    letter.to = *options_.to;
    letter.subject = message.subject;
    letter.text = message.text;
    letter.html = "<pre>" + escape_html(message.text) + "</pre>";
    letter.message_id = "alert." + random_.hex(12) + "@" +
                        options_.from.canonical.substr(options_.from.canonical.find('@') + 1);
    letter.date = now;
    mail::SendParams params;
    params.urgency = mail::Urgency::security;
    const auto outcome = co_await transport_->send(std::move(letter), std::move(params));
    const bool went = outcome.kind == mail::Delivery::Kind::delivered;
    co_return note("mail", went ? "" : outcome.reply.empty() ? "not delivered" : outcome.reply);
}

bool Messenger::note(const char* way, const std::string& problem) {
    outcomes(way, problem.empty() ? "sent" : "failed").add();
    if (!problem.empty() && !stopped_) {
        log::warn("alerts", "a message did not get through", {{"way", way}, {"what", problem}});
    }
    return problem.empty();
}

}  // namespace tripos::alerts
