// SPDX-License-Identifier: MIT
#pragma once
// Messenger: carries messages of alerts out of the house - webhook, mail, heartbeat - by
// connections of its own: neither the queue nor the outbox, Redis or SQL is asked, for they may be
// what is wrong.

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "alerts/alert_message.hpp"
#include "async/task.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "mail/address.hpp"
#include "mail/smtp_transport.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::alerts {

/// Where messages go. All may be empty.
struct MessengerOptions {
    Secret webhook_url;               ///< ALERT_WEBHOOK_URL
    Secret webhook_secret;            ///< signs what goes there; empty: unsigned
    Secret heartbeat_url;             ///< ALERT_HEARTBEAT_URL
    std::optional<mail::Address> to;  ///< ALERT_EMAIL
    mail::Address from;               ///< MAIL_FROM
    std::string from_name;            ///< of it
    Secret smtp_url;                  ///< the relay; empty: no mail
    std::string smtp_ca_file;         ///< as for other mails
};

/// Confined to one thread, but for stop().
class Messenger {
  public:
    /// `metrics` outlives it.
    Messenger(MessengerOptions options, Random& random, Metrics& metrics);

    bool has_targets() const { return !options_.webhook_url.empty() || transport_ != nullptr; }
    bool has_heartbeat() const { return !options_.heartbeat_url.empty(); }

    /// Tries webhook and mail. True: one of them took it. Blocks its thread for seconds.
    Task<bool> send(const AlertMessage& message, Timestamp now);
    /// Blocking.
    void beat();
    /// Ends a request that is under way, and refuses later ones. From any thread.
    void stop() { stopped_ = true; }

  private:
    bool post(const AlertMessage& message, Timestamp now);
    Task<bool> mail(const AlertMessage& message, Timestamp now);
    Counter& outcomes(const char* way, const char* result);
    /// Empty: it went well.
    bool note(const char* way, const std::string& problem);

    const MessengerOptions options_;
    Random& random_;
    Metrics& metrics_;
    Metrics unlisted_;  ///< of the transport: its figures are not those of the site's mail
    std::unique_ptr<mail::SmtpTransport> transport_;
    std::atomic<bool> stopped_{false};
};

}  // namespace tripos::alerts
