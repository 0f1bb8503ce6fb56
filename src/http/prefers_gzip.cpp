// SPDX-License-Identifier: MIT
// The reading of Accept-Encoding (RFC 9110, 12.5.3).

#include <optional>

#include "core/text.hpp"
#include "http/gzip_body.hpp"

namespace tripos::http {

namespace {

/// Thousandths, from ";q=0.5" and the like; 0 when malformed, which means: not this one.
int weight_of(std::string_view parameters) {
    auto value = trim(parameters);
    if (value.empty()) {
        return 1000;
    }
    if (!starts_with_ignoring_case(value, "q=")) {
        return 0;
    }
    value.remove_prefix(2);
    const bool shaped = !value.empty() && value.size() <= 5 && (value[0] == '0' || value[0] == '1');
    if (!shaped || (value.size() > 1 && value[1] != '.')) {
        return 0;
    }
    int weight = (value[0] - '0') * 1000;
    for (std::size_t i = 2, unit = 100; i < value.size(); ++i, unit /= 10) {
        if (value[i] < '0' || value[i] > '9') {
            return 0;
        }
        weight += (value[i] - '0') * static_cast<int>(unit);
    }
    return weight;
}

/// What the client gave each coding; nothing for those it does not name.
struct Weights {
    std::optional<int> gzip;
    std::optional<int> identity;
    std::optional<int> any;

    void add(std::string_view element) {
        const auto semicolon = element.find(';');
        const auto name = to_lower(trim(element.substr(0, semicolon)));
        const int weight =
            semicolon == std::string_view::npos ? 1000 : weight_of(element.substr(semicolon + 1));
        if (name == "gzip" || name == "x-gzip") {
            gzip = weight;
        } else if (name == "identity") {
            identity = weight;
        } else if (name == "*") {
            any = weight;
        }
    }
};

}  // namespace

bool prefers_gzip(const Request& request) {
    Weights weights;
    for (const auto& [name, value] : request.headers) {
        if (name == "accept-encoding") {
            for (const auto element : split(value, ',')) {
                weights.add(element);
            }
        }
    }
    const int gzip = weights.gzip.value_or(weights.any.value_or(0));
    return gzip > 0 && gzip >= weights.identity.value_or(0);
}

}  // namespace tripos::http
