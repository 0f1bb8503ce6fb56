// SPDX-License-Identifier: MIT
#pragma once
// Spans as OTLP/HTTP has them in JSON (opentelemetry-proto, ExportTraceServiceRequest). Pure.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/span.hpp"

namespace tripos::trace {

/// Of the program: service.name and others.
using Resource = std::vector<std::pair<std::string, std::string>>;

/// The body of one request.
std::string otlp_json(const Resource& resource,
                      const std::vector<std::unique_ptr<SpanData>>& spans);

}  // namespace tripos::trace
