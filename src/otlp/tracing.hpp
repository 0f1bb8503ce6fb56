// SPDX-License-Identifier: MIT
#pragma once
// Tracing: a tracer with its exporter, or nothing at all where no collector is configured.

#include <optional>

#include "otlp/otlp_exporter.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::trace {

/// What is recorded, and where it goes.
struct TracingOptions {
    bool is_on = false;        ///< otherwise the rest does not matter
    Sampler sampler;           ///< which traces are recorded
    BufferOptions buffer;      ///< of spans that wait for the collector
    ExporterOptions exporter;  ///< where they go
};

/// Thread-safe. Owned by the composition root; outlives whatever has a place in a trace.
class Tracing {
  public:
    /// The references outlive it.
    Tracing(TracingOptions options, const Clock& clock, Random& random, Metrics& metrics);

    void start();  ///< begins to export
    void stop();   ///< sends what is left, within bounds; twice is fine
    /// Null: nothing is recorded.
    Tracer* tracer() { return tracer_ ? &*tracer_ : nullptr; }

  private:
    std::optional<Tracer> tracer_;
    std::optional<OtlpExporter> exporter_;
};

}  // namespace tripos::trace
