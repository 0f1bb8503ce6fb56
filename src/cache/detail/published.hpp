// SPDX-License-Identifier: MIT
#pragma once
// Published: the cache's figures as metrics of the process. The hit path counts in rows of its own
// (counters.hpp); a few times a second what came in is added to the metrics. Not thread-safe.

#include <vector>

#include "cache/family.hpp"
#include "cache/stats.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::cache {

class Published {
  public:
    explicit Published(Metrics& metrics);

    void add_family(const Family& family);
    void update(const Stats& stats);

  private:
    struct Series {
        const Family* family;
        Count count;
        Counter* counter;
        double scale;
        std::uint64_t published = 0;
    };
    struct Sizes {
        Gauge* entries;
        Gauge* bytes;
    };

    Metrics& metrics_;
    std::vector<Series> series_;
    std::vector<Sizes> sizes_;  ///< as the families
    Gauge& staleness_;
    Gauge& tracking_;
    Gauge& journal_;
    Counter& pushes_;
    Counter& flushes_;
    std::uint64_t published_pushes_ = 0;
    std::uint64_t published_flushes_ = 0;
};

}  // namespace tripos::cache
