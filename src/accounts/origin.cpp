// SPDX-License-Identifier: MIT
#include "accounts/origin.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::accounts {

namespace {

/// "https://Exams.example:8000" -> "exams.example:8000"; empty unless it is http or https.
std::string host_of(std::string_view origin) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (starts_with_ignoring_case(origin, scheme)) {
            return to_lower(origin.substr(scheme.size()));
        }
    }
    return {};
}

}  // namespace

bool is_unsafe(http::Method method) {
    return method != http::Method::get && method != http::Method::head &&
           method != http::Method::options;
}

bool comes_from_our_pages(const http::Request& request, const std::vector<std::string>& allowed) {
    const auto origin = request.header("origin");
    if (!origin) {
        return false;
    }
    const auto own = request.header("host");
    const auto host = host_of(*origin);
    if (own && !host.empty() && host == to_lower(*own)) {
        return true;
    }
    const auto text = to_lower(*origin);
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](const std::string& one) { return to_lower(one) == text; });
}

}  // namespace tripos::accounts
