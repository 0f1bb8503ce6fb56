// SPDX-License-Identifier: MIT
#pragma once
// CronSchedule: when a job scheduler's pattern fires, in the dialect that BullMQ 5.66.4 and 6.x
// read (cron-parser 4.9 and 5.10): five fields, or six with seconds first; lists, ranges, steps,
// names of months and weekdays, `?`, `L` (last day of the month), `5L` (last Friday), `5#2` (second
// Friday), and @hourly, @daily, ...
//
// Clock changes: a pattern that names hours fires once for each local time it names. What falls
// into the gap of a change forward fires later by the gap's length, what a change back repeats
// fires the first time only. A pattern of every hour follows real time through both.
//
// Pure and immutable; thread-safe.

#include <optional>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/time_zone.hpp"
#include "queue/detail/cron_fields.hpp"

namespace tripos::queue {

/// The instants that a cron pattern means.
class CronSchedule {
  public:
    /// Errors name the field of the pattern and its bounds, or the unknown zone (an IANA name).
    static Result<CronSchedule> parse(std::string_view pattern, std::string_view time_zone = "UTC");

    /// The first whole second after `at` that matches. Nothing: none within fifty years, as for
    /// the 30th of February.
    std::optional<Timestamp> next_after(Timestamp at) const;

  private:
    CronSchedule(detail::CronFields fields, TimeZone zone) : fields_(fields), zone_(zone) {}

    detail::CronFields fields_;
    TimeZone zone_;
};

}  // namespace tripos::queue
