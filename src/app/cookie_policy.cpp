// SPDX-License-Identifier: MIT
#include "app/cookie_policy.hpp"

#include <algorithm>

namespace tripos::app {

namespace {

/// Of an origin or a pattern of origins; a port and "*." are left out.
std::string_view host_of(std::string_view origin) {
    const auto scheme = origin.find("://");
    auto host = scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
    if (host.starts_with("*.")) {
        host.remove_prefix(2);
    }
    const auto end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
    return host.substr(0, end);
}

bool is_at_or_below(std::string_view host, std::string_view domain) {
    return host == domain ||
           (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

accounts::CookiePolicy cookie_policy(const Config& config) {
    if (!config.is_production()) {
        return {};
    }
    const auto own = http::origin_of(config.public_url);
    auto pages = config.cors_origins;
    if (!config.frontend_url.empty()) {
        pages.push_back(http::origin_of(config.frontend_url));
    }
    auto domain = std::string_view(config.cookie_domain);
    domain.remove_prefix(domain.starts_with('.') ? 1 : 0);
    const auto is_of_our_site = [&](const std::string& page) {
        const auto host = host_of(page);
        return host == host_of(own) || (!domain.empty() && is_at_or_below(host, domain) &&
                                        is_at_or_below(host_of(own), domain));
    };
    accounts::CookiePolicy policy{.secure = own.starts_with("https://"),
                                  .domain = config.cookie_domain};
    policy.cross_site = policy.secure && !std::all_of(pages.begin(), pages.end(), is_of_our_site);
    policy.host_bound = policy.secure && pages.empty() && domain.empty();
    return policy;
}

}  // namespace tripos::app
