// SPDX-License-Identifier: MIT
#include "otlp/tracing.hpp"

namespace tripos::trace {

Tracing::Tracing(TracingOptions options, const Clock& clock, Random& random, Metrics& metrics) {
    auto& exported = metrics.counter("tripos_traces_spans_exported_total",
                                     "Spans of traces that the collector has taken");
    auto& dropped = metrics.counter("tripos_traces_spans_dropped_total",
                                    "Spans that found no room, or no collector that takes them");
    if (options.is_on) {
        tracer_.emplace(options.sampler, options.buffer, clock, random, dropped);
        exporter_.emplace(*tracer_, std::move(options.exporter), exported, dropped);
    }
}

void Tracing::start() {
    if (exporter_) {
        exporter_->start();
    }
}

void Tracing::stop() {
    if (exporter_) {
        exporter_->stop();
    }
}

}  // namespace tripos::trace
