// SPDX-License-Identifier: MIT
// Addresses of servers and pages, all of which people type.
#include <algorithm>

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"
#include "http/detail/target.hpp"
#include "http/origins.hpp"
#include "mail/detail/smtp_url.hpp"
#include "mail/header_values.hpp"
#include "redis/url.hpp"
#include "sql/database_address.hpp"

namespace tripos::fuzz {

namespace {

constexpr std::size_t kLongestMessage = 300;

template <class T>
void require_discreet(const Result<T>& refused) {
    require(refused.error().message.size() <= kLongestMessage,
            "a refusal does not repeat the address");
}

void redis_address(std::string_view input) {
    const auto endpoint = redis::parse_url(input);
    if (!endpoint) {
        require_discreet(endpoint);
        return;
    }
    require(!has_control_characters(endpoint->display()), "an address is shown in one line");
    if (endpoint->kind != redis::Endpoint::Kind::unix_socket) {
        const auto again = redis::parse_url(endpoint->display());
        require(again && again->host == endpoint->host && again->port == endpoint->port,
                "an address as it is shown is the same server");
    }
}

void smtp_address(std::string_view input) {
    const auto url = mail::detail::parse_smtp_url("SMTP_URL", Secret(std::string(input)));
    if (!url) {
        require_discreet(url);
        return;
    }
    require(!has_control_characters(url->display()), "an address is shown in one line");
    const auto again = mail::detail::parse_smtp_url("SMTP_URL", Secret(url->display()));
    require(again && again->host == url->host && again->port == url->port &&
                again->is_tls == url->is_tls,
            "an address as it is shown is the same relay");
}

void origin(std::string_view input) {
    const auto origin = http::origin_of(input);
    require(http::origin_of(origin) == origin, "an origin is its own origin");
    if (!http::Origins::is_pattern(input)) {
        require(origin.empty(), "an origin is a pattern");
        return;
    }
    const http::Origins origins({std::string(input)});
    require(origin.empty() || origins.contains(origin), "an origin is in its own list");
}

void target(std::string_view input) {
    // The check of the head lets nothing else through.
    if (!std::ranges::all_of(input, [](char c) { return c > 0x20 && c < 0x7f; })) {
        return;
    }
    http::Request request;
    if (!http::detail::read_target(input, request)) {
        const auto path = http::percent_decode(request.path);
        require(request.path.starts_with('/') && path && is_valid_utf8(*path),
                "a path begins with a slash and is text");
    }
}

}  // namespace

void urls(std::string_view input) {
    redis_address(input);
    smtp_address(input);
    origin(input);
    target(input);
    if (const auto known = sql::check_database_url(std::string(input)); !known) {
        require_discreet(known);
    }
    if (const auto uri = mail::WebUri::parse("uri", input)) {
        require(uri->text() == input, "a link stays as it was typed");
    }
}

}  // namespace tripos::fuzz
