// SPDX-License-Identifier: MIT
#pragma once
// What the settings OTEL_... say of traces. Pure functions.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "otlp/tracing.hpp"

namespace tripos::app {

struct Config;

using NameValues = std::vector<std::pair<std::string, std::string>>;

/// "name=value,name=value", values percent-encoded; nothing for what is malformed. A name is a
/// token of HTTP, and no value holds control characters.
std::optional<NameValues> read_name_values(const std::string& text);

/// A number from 0 to 1.
std::optional<double> read_share(const std::string& text);

/// Requires: the settings were checked.
trace::TracingOptions tracing_options(const Config& config);

}  // namespace tripos::app
