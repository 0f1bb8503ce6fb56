// SPDX-License-Identifier: MIT
#include "questions/decimal.hpp"

#include <algorithm>
#include <array>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::questions {

namespace {

constexpr double kLargest = 1e300;
constexpr double kSmallest = 1e-300;

using Integer = boost::multiprecision::cpp_int;

/// mantissa * 10^exponent
struct Scaled {
    Integer mantissa;
    int exponent = 0;
};

Scaled parse(std::string_view text) {
    Scaled out;
    const auto e = text.find_first_of("eE");
    if (e != std::string_view::npos) {
        auto power = text.substr(e + 1);
        power.remove_prefix(power.starts_with('+') ? 1 : 0);
        const auto exponent = parse_int(power);
        TRIPOS_ASSERT(exponent && *exponent > -1000 && *exponent < 1000);
        out.exponent = static_cast<int>(*exponent);
    }
    bool after_point = false;
    for (const char c : text.substr(0, e)) {
        if (c == '.') {
            after_point = true;
        } else if (c != '-') {
            TRIPOS_ASSERT(c >= '0' && c <= '9');
            out.mantissa = out.mantissa * 10 + (c - '0');
            out.exponent -= after_point ? 1 : 0;
        }
    }
    if (text.starts_with('-')) {
        out.mantissa = -out.mantissa;
    }
    return out;
}

Integer at_exponent(const Scaled& number, int exponent) {
    const auto shift = static_cast<unsigned>(number.exponent - exponent);
    return number.mantissa * boost::multiprecision::pow(Integer(10), shift);
}

}  // namespace

std::optional<std::string> read_decimal(http::BodyReader& body, std::string_view name, Sign sign) {
    const auto number =
        body.maybe_number(name, {.min = sign == Sign::any ? -kLargest : 0, .max = kLargest});
    if (!number) {
        return std::nullopt;
    }
    if (*number != 0 && std::abs(*number) < kSmallest) {
        body.reject(name, std::string(name) + " must be 0 or of a size of at least 1e-300");
        return std::nullopt;
    }
    return decimal_text(*number);
}

std::string decimal_text(double number) {
    TRIPOS_ASSERT(std::isfinite(number));
    std::array<char, 40> text{};
    const auto [end, failure] = std::to_chars(text.data(), text.data() + text.size(),
                                              number == 0 ? 0.0 : number);  // no "-0"
    TRIPOS_ASSERT(failure == std::errc());
    return {text.data(), end};
}

bool is_within(std::string_view answer, std::string_view value, std::string_view tolerance) {
    const auto a = parse(answer);
    const auto v = parse(value);
    const auto t = parse(tolerance);
    const int lowest = std::min({a.exponent, v.exponent, t.exponent});
    const Integer distance = abs(at_exponent(a, lowest) - at_exponent(v, lowest));
    return distance <= at_exponent(t, lowest);
}

}  // namespace tripos::questions
