// SPDX-License-Identifier: MIT
#pragma once
// Sampler: which traces are recorded; the samplers that OpenTelemetry names. Immutable;
// thread-safe.

#include <optional>
#include <string_view>

#include "telemetry/trace_context.hpp"

namespace tripos::trace {

/// One of them. Value type.
class Sampler {
  public:
    /// `name`: a value of OTEL_TRACES_SAMPLER; `share`: of the traces, 0 to 1, where the name says
    /// traceidratio. Nothing: there is no such one.
    static std::optional<Sampler> named(std::string_view name, double share);

    /// Whether a span is recorded whose parent is another program's; none: it is the first of its
    /// trace. The same trace gets the same answer from every program with the same share.
    bool samples(const std::optional<Context>& parent, const TraceId& trace_id) const;

  private:
    Sampler(bool obeys_parent, double share) : obeys_parent_(obeys_parent), share_(share) {}

    bool obeys_parent_;
    double share_;
};

}  // namespace tripos::trace
