// SPDX-License-Identifier: MIT
#pragma once
// What this process has used so far, for the benches.

#include <sys/resource.h>

#include <cstdint>
#include <fstream>

namespace tripos::bench {

/// User and system time.
inline double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Resident memory now, in KiB.
inline std::int64_t resident_kib() {
    std::ifstream file("/proc/self/statm");
    std::int64_t pages = 0;
    file >> pages >> pages;
    return pages * 4;
}

}  // namespace tripos::bench
