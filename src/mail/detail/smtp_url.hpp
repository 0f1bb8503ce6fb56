// SPDX-License-Identifier: MIT
#pragma once
// SMTP_URL: smtp[s]://[user:password@]host[:port]. Without a port: 587 for smtp, 465 for smtps (RFC
// 6409, 8314).

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace tripos::mail::detail {

struct SmtpUrl {
    bool is_tls = false;  ///< smtps: TLS from the first byte
    std::string host;     ///< an IPv6 address keeps its brackets
    std::uint16_t port = 0;
    std::string user;  ///< empty: no log-in
    Secret password;

    /// 127.0.0.0/8, ::1 or localhost: nobody can listen in, so plain text is acceptable.
    bool is_loopback() const;
    /// "smtp://relay:587", without user and password.
    std::string display() const;
};

/// An invalid_field(setting, ...) that never repeats the password.
Result<SmtpUrl> parse_smtp_url(const std::string& setting, const Secret& url);

}  // namespace tripos::mail::detail
