// SPDX-License-Identifier: MIT
#include "mail/relay_try.hpp"

#include <atomic>

#include "core/assert.hpp"
#include "mail/detail/smtp_session.hpp"

namespace tripos::mail {

RelayTry try_relay(const SmtpOptions& options, const std::string& from) {
    const auto url = detail::parse_smtp_url("SMTP_URL", options.url);
    TRIPOS_ASSERT(url.has_value());
    const std::atomic<bool> stopping{false};
    return detail::SmtpSession(*url, options, stopping).knock(from);
}

}  // namespace tripos::mail
