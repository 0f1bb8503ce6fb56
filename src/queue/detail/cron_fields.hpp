// SPDX-License-Identifier: MIT
#pragma once
// CronFields: a cron pattern as sets of seconds, minutes, hours, days and months, and the search
// for the next local time in them. Knows nothing of time zones; cron.hpp does. Pure; thread-safe.

#include <array>
#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

#include "core/result.hpp"

namespace tripos::queue::detail {

/// A time on the wall, counted as if it were UTC.
using WallTime = std::chrono::local_seconds;

/// The weekdays of a pattern; 0 is Sunday.
struct CronWeekdays {
    std::bitset<7> every;              ///< each such day
    std::bitset<7> last;               ///< `5L`: only the last of the month
    std::optional<unsigned> only_nth;  ///< `5#2`: of `every`, only this one of the month (1 to 5)

    bool contains(std::chrono::year_month_day day) const;
};

struct CronFields {
    std::bitset<60> seconds;
    std::bitset<60> minutes;
    std::bitset<24> hours;
    std::bitset<32> days;    ///< of the month; bit 0 is unused
    bool last_day = false;   ///< `L`
    std::bitset<13> months;  ///< bit 0 is unused
    CronWeekdays weekdays;
    bool any_day = true;      ///< the day of the month is `*` or `?`
    bool any_weekday = true;  ///< likewise the weekday

    /// The first matching second at `from` or later. Nothing: none within fifty years.
    std::optional<WallTime> next_at_or_after(WallTime from) const;

  private:
    bool contains(std::chrono::year_month_day day) const;
    /// On a matching day, from this second of the day on.
    std::optional<std::chrono::seconds> next_time(std::chrono::seconds from) const;
};

/// Reads a pattern or an alias. The error names the field.
Result<CronFields> parse_cron(std::string_view pattern);

}  // namespace tripos::queue::detail
