// SPDX-License-Identifier: MIT
#pragma once
// TimeZone: a zone of the system's tz database. It reads times that people write without an offset
// and tells which offset holds when, for schedules that follow the clock on the wall.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace date {
class time_zone;
}

namespace tripos {

/// A stretch of time with one offset from UTC: from `begin` to before `end`.
struct ZoneSegment {
    Timestamp begin;              ///< inclusive
    Timestamp end;                ///< exclusive
    std::chrono::seconds offset;  ///< local time is UTC plus this
};

/// A cheap value: copies share the database's entry, which lives as long as the process.
/// Thread-safe.
class TimeZone {
  public:
    /// An IANA name such as "Asia/Kolkata". Nothing: the database does not know it.
    static std::optional<TimeZone> find(const std::string& name);

    /// Reads ISO 8601: an offset is honoured, a time without one is local to this zone. A local
    /// time that happens twice is the earlier; one that a clock change skips is the instant of the
    /// change. Nothing: not a time.
    std::optional<Timestamp> read(std::string_view text) const;

    /// The stretch that holds this instant.
    ZoneSegment segment_at(Timestamp at) const;

  private:
    explicit TimeZone(const date::time_zone& zone) : zone_(&zone) {}

    const date::time_zone* zone_;
};

}  // namespace tripos
