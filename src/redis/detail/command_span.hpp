// SPDX-License-Identifier: MIT
#pragma once
// Commands as a span of a trace, by OpenTelemetry's conventions for Redis. Their arguments are not
// told: keys name people, values hold anything.

#include <span>
#include <string_view>

#include "redis/connection.hpp"
#include "telemetry/span.hpp"

namespace tripos::redis {

/// Of what is sent in one write. Records nothing where nothing is recorded here. `script`: its
/// name, of a call to one. Requires: there are commands.
trace::Span command_span(std::span<const Arguments> commands, std::string_view script = {});

}  // namespace tripos::redis
