// SPDX-License-Identifier: MIT
#pragma once
// Times in the bodies of requests: ISO 8601, read in the exams' zone when they come without an
// offset. Pure.

#include <optional>
#include <string_view>

#include "core/time_zone.hpp"
#include "http/json_body.hpp"
#include "http/schema.hpp"

namespace tripos::exams {

/// Nothing when the member is absent or no time; the latter, the body is told.
std::optional<Timestamp> read_time(http::BodyReader& body, std::string_view name,
                                   const TimeZone& zone);
http::Schema time_shape();

}  // namespace tripos::exams
