// SPDX-License-Identifier: MIT
#include "app/setting_rules.hpp"

#include <algorithm>

#include "app/tracing_settings.hpp"
#include "core/file.hpp"
#include "core/text.hpp"
#include "core/time_zone.hpp"
#include "http/origins.hpp"
#include "http/server.hpp"
#include "mail/address.hpp"
#include "mail/dev_failures.hpp"
#include "mail/smtp_transport.hpp"
#include "mail/webhook_signature.hpp"
#include "notices/mail_job.hpp"
#include "operations/site_api.hpp"
#include "redis/address.hpp"
#include "redis/hash_tag.hpp"
#include "sql/database_address.hpp"

namespace tripos::app::rules {

namespace {

using Broken = std::optional<std::string>;

constexpr std::size_t kShortestKey = 32;  // characters

/// The error in words that follow the setting's name.
template <class T>
Broken words(const Result<T>& result, std::string_view setting) {
    if (result) {
        return std::nullopt;
    }
    const std::string text = result.error().message;
    return std::string(
        trim(std::string_view(text).substr(text.starts_with(setting) ? setting.size() : 0)));
}

}  // namespace

Broken redis_url(const std::string& value) {
    const auto address = redis::parse_address(value);
    const bool is_tls = address && address->server.kind == redis::Endpoint::Kind::tls;
    auto broken =
        is_tls ? words(redis::check_tls_files(address->server.tls), "") : words(address, "");
    return broken ? "cannot be used: " + *broken : broken;
}

Broken database_url(const std::string& value) {
    return words(sql::check_database_url(value), "");
}

settings::Rule smtp_url(std::string setting) {
    return [setting = std::move(setting)](const std::string& value) {
        return words(mail::check_smtp_url(setting, Secret(value)), setting);
    };
}

Broken sender(const std::string& value) {
    return words(notices::parse_sender(value), "MAIL_FROM");
}

Broken mail_address(const std::string& value) {
    return mail::parse_address(value) ? std::nullopt : Broken("must look like name@example.org");
}

Broken web_address(const std::string& value) {
    if (http::origin_of(value).empty() || value.find_first_of(" \t\r\n") != std::string::npos) {
        return "must be an address such as https://hooks.example.org/...";
    }
    return std::nullopt;
}

Broken name_values(const std::string& value) {
    return read_name_values(value) ? Broken() : "must be name=value, comma separated";
}

Broken share(const std::string& value) {
    return read_share(value) ? Broken() : "must be a number from 0 to 1, such as 0.05";
}

Broken certificates_file(const std::string& value) {
    const auto text = read_file(value);
    if (!text || text->find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
        return "must name a readable file of certificates in PEM";
    }
    return std::nullopt;
}

Broken picture(const std::string& value) {
    const auto bytes = read_file(value);
    if (!bytes || operations::picture_type(*bytes).empty()) {
        return "must name a readable file, SVG or PNG, of at most 64 KiB";
    }
    return std::nullopt;
}

Broken site_url(const std::string& value) {
    if (http::origin_of(value).empty() || value.ends_with('/') ||
        value.find_first_of("?# ") != std::string::npos) {
        return "must be an address such as https://exams.example.org, without a final slash";
    }
    return std::nullopt;
}

Broken origin(const std::string& value) {
    const bool has_path = value.find('/', value.find("://") + 3) != std::string::npos;
    if (has_path || !http::Origins::is_pattern(value)) {
        return "must list origins such as https://app.example.org or https://*.example.org";
    }
    return std::nullopt;
}

Broken cookie_domain(const std::string& value) {
    constexpr std::string_view kLetters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    const auto labels = split(std::string_view(value).substr(value.starts_with('.') ? 1 : 0), '.');
    if (!std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
            return !label.empty() && label.find_first_not_of(kLetters) == std::string_view::npos;
        })) {
        return "must be a domain such as example.org";
    }
    return std::nullopt;
}

Broken address_block(const std::string& value) {
    if (!http::is_address_block(value)) {
        return "must list addresses or CIDR blocks, such as 127.0.0.1 or 10.0.0.0/8";
    }
    return std::nullopt;
}

Broken signing_key(const std::string& value) {
    if (trim(value).size() < kShortestKey) {  // blanks are no secret
        return "must have at least 32 characters";
    }
    return std::nullopt;
}

Broken webhook_secret(const std::string& value) {
    if (!mail::is_webhook_secret(Secret(value))) {
        return "must have at least 24 characters, or be whsec_ and the base64 of 24 bytes";
    }
    return std::nullopt;
}

Broken cache_prefix(const std::string& value) {
    const auto tag = redis::hash_tag_of(value);
    const auto braces =
        std::count_if(value.begin(), value.end(), [](char c) { return c == '{' || c == '}'; });
    if (braces != 0 && (braces != 2 || tag.empty())) {
        return "must have no braces but those of one hash tag, such as {tripos}:";
    }
    return std::nullopt;
}

Broken time_zone(const std::string& value) {
    if (!TimeZone::find(value)) {
        return "must be the name of a time zone, such as Asia/Kolkata or UTC";
    }
    return std::nullopt;
}

Broken dev_failure(const std::string& value) {
    const auto broken = words(mail::parse_dev_failure(value), "");
    return broken ? "must list failures: " + *broken : broken;
}

settings::Rule each(settings::Rule rule) {
    return [rule = std::move(rule)](const std::string& value) -> Broken {
        for (const auto part : split(value, ',')) {
            const auto item = trim(part);
            if (auto broken = item.empty() ? std::nullopt : rule(std::string(item))) {
                return broken;
            }
        }
        return std::nullopt;
    };
}

}  // namespace tripos::app::rules
