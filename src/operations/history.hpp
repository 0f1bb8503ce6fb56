// SPDX-License-Identifier: MIT
#pragma once
// History: the figures of the last hour, kept in this process for those who have no Prometheus. A
// restart forgets them. What a figure is stands in history_figures.hpp.

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include "core/clock.hpp"

namespace tripos::operations {

/// What is kept, in the order of kFigures.
enum class Figure {
    requests,
    error_share,
    p50,
    p95,
    p99,
    queue_jobs,
    queue_oldest,
    outbox_oldest,
    mail_delivery,
    hit_rate,
    lane_wait,
    redis_memory,
    p95_saves,
    p95_papers,
    p95_login,
    p95_pages,
    p95_admin,
    redis_clients,
    redis_keys,
    redis_commands,
    redis_evicted,
    log_bytes,
    saves,
    running,
    mail_security,
    mail_notice,
    mail_bulk,
    redis_latency,
    commits,
    disk_free,
};

/// A figure as the answers name it.
struct FigureName {
    const char* name;  ///< of its member
    const char* says;  ///< what it is, with its unit
};
inline constexpr std::size_t kFigureCount = 30;
extern const std::array<FigureName, kFigureCount> kFigures;

/// The figures of one moment; nothing where there was nothing to measure.
struct Sample {
    Timestamp at{};
    std::array<std::optional<double>, kFigureCount> figures;

    std::optional<double>& operator[](Figure figure) {
        return figures[static_cast<std::size_t>(figure)];
    }
    const std::optional<double>& operator[](Figure figure) const {
        return figures[static_cast<std::size_t>(figure)];
    }
};

/// How often one is taken, and how many are kept: an hour.
inline constexpr std::chrono::seconds kSampleInterval{10};
inline constexpr std::size_t kSamplesKept = 360;

/// A ring. Thread-safe.
class History {
  public:
    /// Beyond kSamplesKept the oldest goes.
    void add(Sample sample);
    /// Oldest first.
    std::vector<Sample> after(Timestamp at) const;

  private:
    mutable std::mutex mutex_;
    std::vector<Sample> ring_;
    std::size_t next_ = 0;  ///< the oldest, once the ring is full
};

}  // namespace tripos::operations
