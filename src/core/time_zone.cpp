// SPDX-License-Identifier: MIT
#include "core/time_zone.hpp"

#include <date/tz.h>

namespace tripos {

std::optional<TimeZone> TimeZone::find(const std::string& name) {
    try {
        return TimeZone(*date::locate_zone(name));
    } catch (const std::exception&) {
        // The library reports an unknown name only this way.
        return std::nullopt;
    }
}

std::optional<Timestamp> TimeZone::read(std::string_view text) const {
    const auto parsed = parse_iso8601(text);
    if (!parsed) {
        return std::nullopt;
    }
    if (parsed->offset) {
        return parsed->wall - *parsed->offset;
    }
    const date::local_time<std::chrono::milliseconds> local(parsed->wall.time_since_epoch());
    return Timestamp(zone_->to_sys(local, date::choose::earliest).time_since_epoch());
}

ZoneSegment TimeZone::segment_at(Timestamp at) const {
    const date::sys_info info = zone_->get_info(at);
    return {.begin = info.begin, .end = info.end, .offset = info.offset};
}

}  // namespace tripos
