// SPDX-License-Identifier: MIT
#pragma once
// Jobs as spans of a trace, by OpenTelemetry's conventions for messaging: whoever adds a job and
// whoever works on it are in one trace, as with BullMQ's own telemetry.

#include "queue/queue.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::queue::detail {

/// Of the adding of so many jobs; its place goes along with each that names none. Records nothing
/// where nothing is recorded here.
trace::Span add_span(std::string_view queue, std::size_t count);
/// Whoever works on the job goes on from there, unless its options name another place.
void put_into_trace(const trace::Span& span, NewJob& job);

/// Of the work on a job, which goes on with the trace that its options name, where the sampler lets
/// it. Null: it is not recorded.
trace::Span process_span(trace::Tracer* tracer, std::string_view queue, const Job& job);
/// Whether it went well; why not may name people and is not told.
void note_outcome(trace::Span& span, const Outcome& outcome);

}  // namespace tripos::queue::detail
