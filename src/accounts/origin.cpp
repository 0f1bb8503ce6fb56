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
    const auto host = std::string_view(origin).substr(origin.find("//") + 2);
    const auto own = request.header("host");
    return (own && host == to_lower(*own)) || allowed.contains(origin);
}

}  // namespace tripos::accounts
