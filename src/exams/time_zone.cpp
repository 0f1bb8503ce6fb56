// SPDX-License-Identifier: MIT
#include "exams/time_zone.hpp"

#include <date/tz.h>

#include "core/error.hpp"

namespace tripos::exams {

struct TimeZone::Zone {
    const date::time_zone* zone;
};

namespace {

const date::time_zone* find_zone(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::exception& problem) {
        // The library reports an unknown name only this way.
        throw SystemError("EXAM_TIMEZONE", "unknown time zone '" + name + "': " + problem.what() +
                                               "; use a name such as Asia/Kolkata or UTC");
    }
}

}  // namespace

TimeZone::TimeZone(const std::string& name)
    : zone_(std::make_unique<Zone>(Zone{.zone = find_zone(name)})) {}

TimeZone::~TimeZone() = default;

std::optional<Timestamp> TimeZone::read(std::string_view text) const {
    const auto parsed = parse_iso8601(text);
    if (!parsed) {
        return std::nullopt;
    }
    if (parsed->offset) {
        return parsed->wall - *parsed->offset;
    }
    const date::local_time<std::chrono::milliseconds> local(parsed->wall.time_since_epoch());
    return Timestamp(zone_->zone->to_sys(local, date::choose::earliest).time_since_epoch());
}

}  // namespace tripos::exams
