// SPDX-License-Identifier: MIT
#pragma once
// ProcessMetrics: what this process takes of its machine: tripos_process_cpu_seconds_total,
// _memory_bytes and _open_files.

#include <mutex>

#include "telemetry/metrics.hpp"

namespace tripos::operations {

/// Thread-safe. The metrics outlive it.
class ProcessMetrics {
  public:
    explicit ProcessMetrics(Metrics& metrics);

    /// Brings them up to date; before each rendering. Reads /proc, which never waits for a disk.
    void refresh();

  private:
    Counter& cpu_;
    Gauge& memory_;
    Gauge& files_;
    std::mutex mutex_;
    double shown_cpu_ = 0;  ///< seconds
};

}  // namespace tripos::operations
