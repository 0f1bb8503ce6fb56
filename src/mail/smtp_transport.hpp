// SPDX-License-Identifier: MIT
#pragma once
// SmtpTransport: SMTP (RFC 5321) over libcurl, one easy handle per connection, each on a thread of
// its own, kept open between messages. smtp:// uses STARTTLS and requires it unless the host is
// loopback; smtps:// is TLS from the first byte. Certificates are verified; without TLS nothing is
// said, the log-in least of all. User and password from the URL are never logged.

#include <memory>

#include "core/secret.hpp"
#include "mail/transport.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::mail {

class DkimSigner;

/// Whether SmtpOptions can hold it; an invalid_field(setting, ...) that never repeats the password.
Result<> check_smtp_url(const std::string& setting, const Secret& url);

/// How long each step may take (RFC 5321 4.5.3.2). Checked once a second.
struct SmtpTimeouts {
    std::chrono::milliseconds connect{10'000};     ///< TCP
    std::chrono::milliseconds greeting{60'000};    ///< with smtps:// including the TLS handshake
    std::chrono::milliseconds command{60'000};     ///< EHLO, STARTTLS, AUTH, MAIL, RCPT
    std::chrono::milliseconds data{120'000};       ///< DATA
    std::chrono::milliseconds block{180'000};      ///< the next piece of the message
    std::chrono::milliseconds final_dot{600'000};  ///< a shorter wait makes duplicates
};

/// Which relay, and how it is treated.
struct SmtpOptions {
    Secret url;       ///< smtp[s]://[user:password@]host[:port]
    Secret bulk_url;  ///< of newsletters, where they go through another relay; empty: the same
    std::size_t connections = 5;  ///< per relay; with two or more, one is kept for security mail
    std::size_t bulk_connections = 0;  ///< of these at most for newsletters; 0: all but two
    std::size_t messages_per_connection = 100;  ///< then it is closed
    std::chrono::seconds longest_age{300};      ///< of a connection
    std::chrono::seconds longest_idle{60};      ///< shorter than the idle limits of common relays
    std::size_t most_waiting = 10'000;          ///< messages that wait for a connection
    std::string ca_file;                 ///< certificates to trust; empty: those of the system
    SmtpTimeouts timeouts;               ///< of each step
    const DkimSigner* signer = nullptr;  ///< outlives the transport; none: messages go unsigned
};

/// Connections are pooled by host, port, TLS mode and user. Destruction aborts what is under way
/// within about a second; a message that was past its final dot is then in doubt. End the senders
/// first.
class SmtpTransport final : public Transport {
  public:
    /// An invalid_field("SMTP_URL", ...) when a URL is not usable. `metrics` outlives it.
    static Result<std::unique_ptr<SmtpTransport>> create(SmtpOptions options, Metrics& metrics);
    ~SmtpTransport() override;

    /// Waits for a connection first.
    Task<Delivery> send(Message message, SendParams params) override;
    Task<Probe> probe(Message message) override;
    std::size_t make_way(Urgency urgency, std::size_t count) override;
    void set_connections(std::size_t connections, std::size_t bulk_connections) override;
    void stop_taking() override;
    std::string describe() const override;

  private:
    class Impl;
    explicit SmtpTransport(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::mail
