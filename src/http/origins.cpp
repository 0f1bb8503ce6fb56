// SPDX-License-Identifier: MIT
#include "http/origins.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::http {

namespace {

constexpr std::string_view kAnyBelow = "https://*";

/// Labels of a name that is none of nothing: "a.example.org", "localhost".
bool is_name(std::string_view text) {
    const auto labels = split(text, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
        return !label.empty() && std::all_of(label.begin(), label.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
    });
}

/// A host and perhaps a port, nothing else.
bool is_authority(std::string_view text) {
    const auto parsed = boost::urls::parse_authority(text);
    if (!parsed || parsed->has_userinfo()) {
        return false;
    }
    const auto host = parsed->encoded_host();
    // Boost.URL 1.81 takes ports of any size, and several.
    const auto rest = text.substr(host.size());
    const auto port = rest.starts_with(':') ? parse_int(rest.substr(1)).value_or(0) : 0;
    if (!text.starts_with(std::string_view(host.data(), host.size())) ||
        (!rest.empty() && (port < 1 || port > 65'535))) {
        return false;
    }
    return parsed->host_type() == boost::urls::host_type::ipv6 ||
           parsed->host_type() == boost::urls::host_type::ipv4 ||
           is_name({host.data(), host.size()});
}

/// What follows the `*` of a pattern; empty when it is none. Over https only: any machine on the
/// way could speak for a plain host.
std::string suffix_of(std::string_view pattern) {
    if (!starts_with_ignoring_case(pattern, kAnyBelow)) {
        return {};
    }
    auto suffix = origin_of("https://x" + std::string(pattern.substr(kAnyBelow.size())));
    suffix.erase(0, suffix.empty() ? 0 : std::string_view("https://x").size());
    // At least two labels: nobody is the master of everything below one.
    const bool is_domain = !suffix.empty() && suffix.front() == '.' &&
                           suffix.find('.', 1) != std::string::npos && suffix[1] != '.';
    return is_domain ? suffix : std::string();
}

/// `origin`: as origin_of() gives it, so that what stands before the suffix is a label or several.
bool is_below(std::string_view origin, std::string_view suffix) {
    return origin.starts_with("https://") && origin.ends_with(suffix);
}

}  // namespace

std::string origin_of(std::string_view url) {
    for (const auto& [scheme, port] :
         {std::pair<std::string_view, std::string_view>{"http://", ":80"}, {"https://", ":443"}}) {
        if (!starts_with_ignoring_case(url, scheme)) {
            continue;
        }
        auto authority =
            to_lower(url.substr(scheme.size(), url.find('/', scheme.size()) - scheme.size()));
        if (!is_authority(authority)) {
            return {};
        }
        if (authority.ends_with(port)) {
            authority.resize(authority.size() - port.size());
        }
        return std::string(scheme) + authority;
    }
    return {};
}

Origins::Origins(const std::vector<std::string>& patterns) {
    for (const auto& pattern : patterns) {
        TRIPOS_ASSERT(is_pattern(pattern));
        auto suffix = suffix_of(pattern);
        if (suffix.empty()) {
            exact_.push_back(origin_of(pattern));
        } else {
            below_.push_back(std::move(suffix));
        }
    }
}

bool is_address(std::string_view text) {
    boost::system::error_code failure;
    boost::asio::ip::make_address(text, failure);
    return !failure;
}

bool Origins::is_pattern(std::string_view text) {
    return !suffix_of(text).empty() || !origin_of(text).empty();
}

bool Origins::contains(std::string_view origin) const {
    const auto normal = origin_of(origin);
    return !normal.empty() && normal.size() == origin.size() &&
           (std::find(exact_.begin(), exact_.end(), normal) != exact_.end() ||
            std::any_of(below_.begin(), below_.end(),
                        [&](const auto& suffix) { return is_below(normal, suffix); }));
}

}  // namespace tripos::http
