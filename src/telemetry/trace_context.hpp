// SPDX-License-Identifier: MIT
#pragma once
// Which span of which trace something belongs to, and how that is told between programs: the header
// `traceparent` of W3C Trace Context, and the text that BullMQ keeps with a job (`tm`): a JSON
// object that holds it. Pure functions; value types.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tripos::trace {

/// The id of a trace; that of a span.
using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

/// A span, by its ids. Neither is all zero in one that was parsed.
struct Context {
    TraceId trace_id{};       ///< of the whole
    SpanId span_id{};         ///< within it
    bool is_sampled = false;  ///< it is recorded

    bool operator==(const Context&) const = default;  ///< compares every member
};

/// Nothing for what no sender of version 00, or of a later one that keeps to its form, would write.
std::optional<Context> parse_traceparent(std::string_view text);
/// As version 00.
std::string to_traceparent(const Context& context);

/// What BullMQ's telemetry keeps: {"traceparent": "..."}, other members passed over.
std::optional<Context> parse_carrier(std::string_view json);
std::string to_carrier(const Context& context);

/// In lower-case hexadecimal digits.
std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace tripos::trace
