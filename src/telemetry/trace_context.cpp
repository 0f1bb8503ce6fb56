// SPDX-License-Identifier: MIT
#include "telemetry/trace_context.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace tripos::trace {

namespace {

constexpr std::size_t kLength = 55;            ///< of version 00
constexpr std::size_t kLongestCarrier = 4096;  ///< bytes
constexpr std::uint8_t kSampled = 1;

int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Lower case only, as the form has it.
bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = static_cast<std::uint8_t>(16 * high + low);
    }
    return true;
}

bool is_zero(std::span<const std::uint8_t> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<Context> parse_traceparent(std::string_view text) {
    if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') {
        return std::nullopt;
    }
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    Context context;
    if (!read_hex(text.substr(0, 2), version) || !read_hex(text.substr(3, 32), context.trace_id) ||
        !read_hex(text.substr(36, 16), context.span_id) || !read_hex(text.substr(53, 2), flags)) {
        return std::nullopt;
    }
    const bool has_more = text.size() > kLength;
    if (version[0] == 0xff || (version[0] == 0 && has_more) || (has_more && text[kLength] != '-') ||
        is_zero(context.trace_id) || is_zero(context.span_id)) {
        return std::nullopt;
    }
    context.is_sampled = (flags[0] & kSampled) != 0;
    return context;
}

std::string to_traceparent(const Context& context) {
    return "00-" + to_hex(context.trace_id) + "-" + to_hex(context.span_id) +
           (context.is_sampled ? "-01" : "-00");
}

std::optional<Context> parse_carrier(std::string_view json) {
    if (json.empty() || json.size() > kLongestCarrier) {
        return std::nullopt;
    }
    boost::system::error_code malformed;
    const auto value =
        boost::json::parse(boost::json::string_view(json.data(), json.size()), malformed);
    const auto* members = malformed ? nullptr : value.if_object();
    const auto* parent = members == nullptr ? nullptr : members->if_contains("traceparent");
    return parent != nullptr && parent->is_string()
               ? parse_traceparent(std::string_view(parent->get_string()))
               : std::nullopt;
}

std::string to_carrier(const Context& context) {
    return R"({"traceparent":")" + to_traceparent(context) + R"("})";
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

}  // namespace tripos::trace
