// SPDX-License-Identifier: MIT
#pragma once
// Origins: the pages that may use this server with a candidate's cookie (Fetch standard: the header
// Origin is scheme, host and port). The answer to CORS and the cross-site check ask the same list.

#include <string>
#include <string_view>
#include <vector>

namespace tripos::http {

/// The origin of an http or https address as browsers spell it: lower case, without path and
/// without the scheme's own port. Empty when it is no such address.
std::string origin_of(std::string_view url);

/// Whether it is an IPv4 or IPv6 address.
bool is_address(std::string_view text);

/// A value; immutable, thread-safe.
class Origins {
  public:
    Origins() = default;
    /// Each an origin, or `https://*.example.org[:port]` for every host below example.org.
    /// Requires: is_pattern() of each.
    explicit Origins(const std::vector<std::string>& patterns);

    static bool is_pattern(std::string_view text);

    bool contains(std::string_view origin) const;
    bool empty() const { return exact_.empty() && below_.empty(); }

  private:
    std::vector<std::string> exact_;
    std::vector<std::string> below_;  ///< ".example.org", ".example.org:8443"
};

}  // namespace tripos::http
