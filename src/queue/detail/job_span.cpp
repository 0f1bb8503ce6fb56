// SPDX-License-Identifier: MIT
#include "queue/detail/job_span.hpp"

namespace tripos::queue::detail {

namespace {

void describe(trace::Span& span, std::string_view queue, std::string_view operation) {
    span.set("messaging.system", "bullmq");
    span.set("messaging.destination.name", queue);
    span.set("messaging.operation.name", operation);
    span.set("messaging.operation.type", operation == "add" ? "send" : operation);
}

}  // namespace

trace::Span add_span(std::string_view queue, std::size_t count) {
    const auto position = trace::here();
    if (!position.is_recorded()) {
        return {};
    }
    trace::Span span(position, "add " + std::string(queue), trace::Kind::producer);
    describe(span, queue, "add");
    if (count > 1) {
        span.set("messaging.batch.message_count", static_cast<std::int64_t>(count));
    }
    return span;
}

void put_into_trace(const trace::Span& span, NewJob& job) {
    if (span.is_recorded() && job.options.telemetry.empty()) {
        job.options.telemetry = trace::to_carrier(span.position().context);
    }
}

trace::Span process_span(trace::Tracer* tracer, std::string_view queue, const Job& job) {
    if (tracer == nullptr) {
        return {};
    }
    auto span = tracer->begin("process " + std::string(queue), trace::Kind::consumer,
                              trace::parse_carrier(job.options.telemetry));
    if (span.is_recorded()) {
        describe(span, queue, "process");
        span.set("tripos.job.attempts_made", job.attempts_made);
    }
    return span;
}

void note_outcome(trace::Span& span, const Outcome& outcome) {
    if (std::holds_alternative<Retry>(outcome)) {
        span.fail("retry");
    } else if (std::holds_alternative<FailPermanently>(outcome)) {
        span.fail("failed");
    }
}

}  // namespace tripos::queue::detail
