// SPDX-License-Identifier: MIT
#pragma once
// SmtpTransport: SMTP (RFC 5321) over libcurl, one easy handle per thread of a small pool,
// connections reused. smtp:// uses STARTTLS and requires it unless the host is loopback; smtps://
// is TLS from the first byte. Certificates are verified. User and password from the URL are never
// logged.

#include <memory>

#include "async/thread_pool.hpp"
#include "core/secret.hpp"
#include "mail/transport.hpp"

namespace tripos::mail {

struct SmtpOptions {
    Secret url;  ///< smtp[s]://[user:password@]host[:port]
    std::size_t connections = 5;
    std::size_t messages_per_connection = 100;
    std::chrono::seconds connect_timeout{30};  ///< until the log-in is done, the greeting included
    std::chrono::seconds reply_timeout{
        600};  ///< RFC 5321 4.5.3.2.6: a shorter wait after the final dot makes duplicates
};

/// Destruction aborts what is under way within about a second; a message that was past its final
/// dot is then in doubt. End the senders first.
class SmtpTransport final : public Transport {
  public:
    /// An invalid_field("SMTP_URL", ...) when the URL is not usable.
    static Result<std::unique_ptr<SmtpTransport>> create(SmtpOptions options);
    ~SmtpTransport() override;

    Task<Delivery> send(Message message) override;
    std::string describe() const override;

  private:
    class Impl;
    explicit SmtpTransport(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::mail
