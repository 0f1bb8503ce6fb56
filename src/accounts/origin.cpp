// SPDX-License-Identifier: MIT
#include "accounts/origin.hpp"

#include "core/text.hpp"

namespace tripos::accounts {

bool is_unsafe(http::Method method) {
    return method != http::Method::get && method != http::Method::head &&
           method != http::Method::options;
}

bool comes_from_our_pages(const http::Request& request, const http::Origins& allowed) {
    const auto origin = http::origin_of(request.header("origin").value_or(""));
    if (origin.empty()) {
        return false;
    }
    // In the scheme of the page: that of the request is the proxy's business.
    const auto scheme = origin.substr(0, origin.find("//") + 2);
    const auto own = request.header("host");
    return (own && http::origin_of(scheme + std::string(*own)) == origin) ||
           allowed.contains(origin);
}

}  // namespace tripos::accounts
