// SPDX-License-Identifier: MIT
#pragma once
// A request as a span of a trace, by OpenTelemetry's conventions for HTTP servers. Neither its path
// nor its query is told, since they name people and hold tokens; its route's pattern is.

#include "http/message.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::http::detail {

/// Goes on with the trace that `traceparent` names, where the sampler lets it.
trace::Span begin_request_span(trace::Tracer& tracer, const Request& request);
/// Ends with the span, which knows the matched route by now.
void end_request_span(trace::Span& span, const Request& request, int status);

}  // namespace tripos::http::detail
