// SPDX-License-Identifier: MIT
#include "queue/cron.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace tripos::queue {

namespace {

using detail::CronFields;
using detail::WallTime;
using std::chrono::seconds;

using Instant = std::chrono::sys_seconds;

WallTime on_the_wall(Instant at, seconds offset) {
    return WallTime(at.time_since_epoch() + offset);
}

Instant instant_of(WallTime wall, seconds offset) {
    return Instant(wall.time_since_epoch() - offset);
}

/// One stretch of constant offset, and by how much the clocks moved at its beginning.
struct Stretch {
    Instant begin;
    Instant end;
    seconds offset;
    seconds change;  ///< positive: local times were skipped; negative: they come again
};

Stretch stretch_at(const TimeZone& zone, Instant at) {
    const ZoneSegment segment = zone.segment_at(at);
    const ZoneSegment before = zone.segment_at(segment.begin - std::chrono::milliseconds(1));
    return {.begin = std::chrono::ceil<seconds>(segment.begin),
            .end = std::chrono::ceil<seconds>(segment.end),
            .offset = segment.offset,
            .change = segment.offset - before.offset};
}

/// The first match in [from, end of the stretch) of a pattern that names hours.
std::optional<Instant> next_named(const CronFields& fields, const Stretch& stretch, Instant from) {
    if (stretch.change < seconds(0)) {
        from = std::max(from, stretch.begin - stretch.change);
    }
    std::optional<Instant> found;
    if (const auto wall = fields.next_at_or_after(on_the_wall(from, stretch.offset))) {
        found = instant_of(*wall, stretch.offset);
    }
    const Instant gap_made_up = stretch.begin + std::max(stretch.change, seconds(0));
    if (from < gap_made_up) {
        // What the clocks skipped, later by as much as they skipped.
        const seconds earlier = stretch.offset - stretch.change;
        const auto skipped = fields.next_at_or_after(on_the_wall(from, earlier));
        if (skipped && instant_of(*skipped, earlier) < gap_made_up) {
            found = std::min(found.value_or(Instant::max()), instant_of(*skipped, earlier));
        }
    }
    return found;
}

/// Likewise of a pattern of every hour: what the clock shows is all that counts.
std::optional<Instant> next_hourly(const CronFields& fields, const Stretch& stretch, Instant from) {
    const auto wall = fields.next_at_or_after(on_the_wall(from, stretch.offset));
    return wall ? std::optional(instant_of(*wall, stretch.offset)) : std::nullopt;
}

}  // namespace

Result<CronSchedule> CronSchedule::parse(std::string_view pattern, std::string_view time_zone) {
    const Result<CronFields> fields = detail::parse_cron(pattern);
    if (!fields) {
        return fields.error();
    }
    const std::optional<TimeZone> zone = TimeZone::find(std::string(time_zone));
    if (!zone) {
        return invalid_field("tz", "unknown time zone '" + std::string(time_zone) +
                                       "'; use a name such as Europe/Berlin");
    }
    return CronSchedule(*fields, *zone);
}

std::optional<Timestamp> CronSchedule::next_after(Timestamp at) const {
    Instant from = std::chrono::floor<seconds>(at) + seconds(1);
    while (true) {
        const Stretch stretch = stretch_at(zone_, from);
        const auto found = fields_.hours.all() ? next_hourly(fields_, stretch, from)
                                               : next_named(fields_, stretch, from);
        if (!found || *found < stretch.end) {
            return found;
        }
        from = stretch.end;
    }
}

}  // namespace tripos::queue
