// SPDX-License-Identifier: MIT
#include "exams/exam_times.hpp"

namespace tripos::exams {

std::optional<Timestamp> read_time(http::BodyReader& body, std::string_view name,
                                   const TimeZone& zone) {
    const auto text = body.maybe_text(name, {.max_length = 40});
    if (!text) {
        return std::nullopt;
    }
    const auto at = zone.read(*text);
    if (!at) {
        body.reject(name, std::string(name) + " must be a time such as 2026-01-31T09:30:00+05:30");
    }
    return at;
}

http::Schema time_shape() {
    return http::schema::text().says("ISO 8601; without an offset it is read in EXAM_TIMEZONE");
}

}  // namespace tripos::exams
