// SPDX-License-Identifier: MIT
#pragma once
// The wall clock, injected so that tests decide what time it is. The only place that asks the
// system for the time of day.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tripos {

/// An instant, UTC, in milliseconds: the resolution of the database, of the API and of BullMQ.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Thread-safe.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;  ///< milliseconds since 1970, UTC
};

/// The system's clock. Thread-safe.
class SystemClock final : public Clock {
  public:
    Timestamp now() const override;  ///< may jump when somebody sets the clock
};

/// Milliseconds since 1970, and back.
constexpr std::int64_t to_millis(Timestamp at) {
    return at.time_since_epoch().count();
}
constexpr Timestamp from_millis(std::int64_t millis) {
    return Timestamp(std::chrono::milliseconds(millis));
}

/// "2026-11-23T09:30:00.000Z", the one form the API writes.
std::string to_iso8601(Timestamp at);

/// A calendar time as written, before a time zone is applied.
struct ParsedTime {
    std::chrono::sys_time<std::chrono::milliseconds>
        wall;                                    ///< the digits, read as if they were UTC
    std::optional<std::chrono::minutes> offset;  ///< as written; nothing: no zone given
};

/// Reads ISO 8601: date, `T` or a space, hours and minutes, optional seconds and fraction, optional
/// `Z` or +hh:mm. Anything else, impossible dates included, is nothing. Years 1970 to 9999.
std::optional<ParsedTime> parse_iso8601(std::string_view text);

}  // namespace tripos
