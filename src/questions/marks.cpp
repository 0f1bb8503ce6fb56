// SPDX-License-Identifier: MIT
#include "questions/marks.hpp"

#include <cmath>

namespace tripos::questions {

namespace {

/// `value` in units of 10^-decimals, without trailing zeros.
std::string fixed_text(std::int64_t value, int decimals) {
    const bool is_negative = value < 0;
    std::string digits = std::to_string(is_negative ? -value : value);
    const auto places = static_cast<std::size_t>(decimals);
    if (digits.size() <= places) {
        digits.insert(0, places + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - places, 1, '.');
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') {
        digits.pop_back();
    }
    return is_negative ? "-" + digits : digits;
}

}  // namespace

std::optional<Marks> marks_from_number(double number) {
    const double scaled = number * 1000;
    const double whole = std::round(scaled);
    if (!std::isfinite(scaled) || std::abs(scaled) > 1e15 || std::abs(scaled - whole) > 1e-6) {
        return std::nullopt;
    }
    return static_cast<Marks>(whole);
}

std::string marks_text(Marks marks) {
    return fixed_text(marks, 3);
}

std::string maybe_marks_text(std::optional<Marks> marks) {
    return marks ? marks_text(*marks) : "null";
}

Marks average(Marks sum, std::int64_t count) {
    const auto doubled = sum * 2 + count;
    const auto divisor = count * 2;
    return doubled / divisor - (doubled % divisor < 0 ? 1 : 0);  // `/` rounds towards zero
}

std::string percentage_text(Marks part, Marks whole) {
    if (whole == 0) {
        return "0";
    }
    const Marks scaled = part * 10'000;
    const Marks half = whole / 2;
    return fixed_text((scaled >= 0 ? scaled + half : scaled - half) / whole, 2);
}

}  // namespace tripos::questions
