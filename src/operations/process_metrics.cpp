// SPDX-License-Identifier: MIT
#include "operations/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace tripos::operations {

namespace {

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

/// The second number of the file is pages in memory.
double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_files() {
    std::error_code gone;
    double count = 0;
    for (std::filesystem::directory_iterator all("/proc/self/fd", gone), end; all != end;
         all.increment(gone)) {
        ++count;
    }
    return count;
}

}  // namespace

ProcessMetrics::ProcessMetrics(Metrics& metrics)
    : cpu_(metrics.counter("tripos_process_cpu_seconds_total",
                           "Time of all its threads on a CPU, user and system")),
      memory_(metrics.gauge("tripos_process_memory_bytes", "Resident memory")),
      files_(metrics.gauge("tripos_process_open_files", "Open file descriptors")) {}

void ProcessMetrics::refresh() {
    const std::lock_guard lock(mutex_);
    const auto cpu = cpu_seconds();
    cpu_.add(cpu - shown_cpu_);
    shown_cpu_ = cpu;
    memory_.set(resident_bytes());
    files_.set(open_files());
}

}  // namespace tripos::operations
