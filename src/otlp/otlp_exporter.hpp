// SPDX-License-Identifier: MIT
#pragma once
// OtlpExporter: takes batches of a tracer and posts them to a collector, from a thread of its own
// that nobody waits for. A batch that the collector does not take within a few tries is dropped,
// and counted; what is lost once is said in the log once.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/secret.hpp"
#include "otlp/otlp_json.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::trace {

/// Where spans go, and how patiently.
struct ExporterOptions {
    Secret url;  ///< of the collector's traces: "http://localhost:4318/v1/traces"
    /// Further header lines, such as those that let us in.
    std::vector<std::pair<std::string, Secret>> headers;
    Resource resource;                             ///< this program
    std::chrono::milliseconds timeout{10'000};     ///< of one try
    std::chrono::milliseconds first_pause{1'000};  ///< between tries; each twice the one before
    std::chrono::milliseconds last_words{2'000};   ///< for what is left, at the end
};

/// Thread-safe. The tracer and the counters outlive it.
class OtlpExporter {
  public:
    /// The references outlive it.
    OtlpExporter(Tracer& tracer, ExporterOptions options, Counter& exported, Counter& dropped);
    ~OtlpExporter();  ///< stop()s

    void start();  ///< begins to send
    /// Closes the tracer, sends what is left within options.last_words, and drops the rest. Twice
    /// is fine.
    void stop();

  private:
    using Instant = std::chrono::steady_clock::time_point;
    enum class Answer { taken, again, refused };

    void run();
    bool deliver(const std::string& body);
    Answer post(const std::string& body);
    /// False: there is no time left for it.
    bool pause(std::chrono::milliseconds time);
    std::chrono::milliseconds time_left() const;
    bool is_over() const { return time_left().count() <= 0; }
    void note(Answer answer);

    Tracer& tracer_;
    const ExporterOptions options_;
    Counter& exported_;
    Counter& dropped_;
    std::mutex mutex_;
    std::condition_variable stopping_;
    std::atomic<Instant> deadline_{Instant::max()};
    std::string problem_;    ///< of the newest try
    const char* cure_ = "";  ///< of that problem
    bool is_lost_ = false;   ///< the log has said so
    std::thread thread_;
};

}  // namespace tripos::trace
