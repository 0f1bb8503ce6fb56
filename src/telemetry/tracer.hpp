// SPDX-License-Identifier: MIT
#pragma once
// Tracer: begins traces, or goes on with those of other programs, as the sampler says, and holds
// the spans that have ended until they are taken away. It never waits: what is more than fits is
// dropped, and counted.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/sampler.hpp"
#include "telemetry/span.hpp"

namespace tripos::trace {

/// How much is held, and when it is taken.
struct BufferOptions {
    std::size_t limit = 2'048;               ///< spans; more are dropped
    std::size_t batch = 512;                 ///< so many are taken at once
    std::chrono::milliseconds delay{5'000};  ///< fewer only after so long
};

/// Thread-safe. Outlives every span and position that it gave.
class Tracer {
  public:
    /// `clock`, `random` and `dropped` outlive it.
    Tracer(Sampler sampler, BufferOptions options, const Clock& clock, Random& random,
           Counter& dropped);

    /// The first span of this program in a trace: its parent is another program's, or none. Records
    /// nothing when the sampler says so.
    Span begin(std::string_view name, Kind kind, const std::optional<Context>& parent);

    /// Waits for a batch, or for `delay`, and takes it; empty after close() when nothing is left.
    std::vector<std::unique_ptr<SpanData>> take();
    /// From now on take() does not wait.
    void close();

  private:
    friend class Span;
    /// Nanoseconds since 1970.
    std::int64_t wall_time_of(std::chrono::steady_clock::time_point instant) const;
    SpanId new_span_id();
    void fill(std::span<std::uint8_t> bytes);
    void take_over(std::unique_ptr<SpanData> ended);
    void read_clock();

    const Sampler sampler_;
    const BufferOptions options_;
    const Clock& clock_;
    Random& random_;
    Counter& dropped_;
    /// The wall clock before the steady one, read now and then: it has milliseconds, and may jump.
    std::atomic<std::int64_t> ahead_{0};
    std::mutex mutex_;
    std::condition_variable ready_;
    std::vector<std::unique_ptr<SpanData>> ended_;
    bool is_closed_ = false;
};

}  // namespace tripos::trace
