// SPDX-License-Identifier: MIT
#pragma once
// What the values of single settings must be like, beyond their type: the option table holds each
// value to its rule, so that `tripos config` refuses what `serve` would. Rules that open nothing
// but local files; pure otherwise, thread-safe.

#include <string>

#include "settings/option.hpp"

namespace tripos::app::rules {

/// redis://, rediss://, unix://; the files that it names can be used.
std::optional<std::string> redis_url(const std::string& value);
std::optional<std::string> database_url(const std::string& value);
/// smtp://, smtps://; for the setting of that name.
settings::Rule smtp_url(std::string setting);
/// "Name <address>" or an address.
std::optional<std::string> sender(const std::string& value);
/// An address of one mailbox.
std::optional<std::string> mail_address(const std::string& value);
/// http:// or https:// with whatever stands behind the host. What is wrong never repeats it.
std::optional<std::string> web_address(const std::string& value);
/// As OTEL_EXPORTER_OTLP_HEADERS. What is wrong never repeats it.
std::optional<std::string> name_values(const std::string& value);
/// A number from 0 to 1.
std::optional<std::string> share(const std::string& value);
/// One that reads.
std::optional<std::string> certificates_file(const std::string& value);
/// A file that SiteApi takes as a logo.
std::optional<std::string> picture(const std::string& value);
/// http:// or https:// and where a site is, without a final slash.
std::optional<std::string> site_url(const std::string& value);
/// One of CORS_ORIGINS, as http::Origins reads them.
std::optional<std::string> origin(const std::string& value);
std::optional<std::string> cookie_domain(const std::string& value);
std::optional<std::string> address_block(const std::string& value);
/// A key to sign with, of at least 32 characters.
std::optional<std::string> signing_key(const std::string& value);
std::optional<std::string> webhook_secret(const std::string& value);
std::optional<std::string> cache_prefix(const std::string& value);
std::optional<std::string> time_zone(const std::string& value);
std::optional<std::string> dev_failure(const std::string& value);

/// The rule for each item of a comma-separated list.
settings::Rule each(settings::Rule rule);

}  // namespace tripos::app::rules
