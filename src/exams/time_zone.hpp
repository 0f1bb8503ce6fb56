// SPDX-License-Identifier: MIT
#pragma once
// TimeZone: the zone in which staff write times without an offset (EXAM_TIMEZONE), from the
// system's tz database.

#include <memory>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace tripos::exams {

/// Immutable; thread-safe.
class TimeZone {
  public:
    /// An IANA name such as "Asia/Kolkata". Throws SystemError that names it when the database does
    /// not know it.
    explicit TimeZone(const std::string& name);
    ~TimeZone();
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;

    /// Reads ISO 8601: an offset is honoured, a time without one is local to this zone. A local
    /// time that happens twice is the earlier; one that a clock change skips is the instant of the
    /// change. Nothing: not a time.
    std::optional<Timestamp> read(std::string_view text) const;

  private:
    struct Zone;
    std::unique_ptr<Zone> zone_;
};

}  // namespace tripos::exams
