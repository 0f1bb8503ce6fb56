// SPDX-License-Identifier: MIT
#pragma once
// ServerFigures: what the server says of itself at /metrics, followed over a run, also across its
// restarts, after which it counts from nothing.

#include <string_view>
#include <vector>

namespace tripos::loadtest {

/// What of it counts, added up over all labels.
struct Figures {
    double requests = 0;
    double statements = 0;
    double saves = 0;
    double hits = 0;  ///< of the cache, of whatever kind
    double lookups = 0;
    double completed = 0;  ///< jobs
    double failed = 0;
    double waiting = 0;        ///< jobs, now
    double mails = 0;          ///< that went to the queue, newsletters aside
    double mails_in_time = 0;  ///< of those, within a second of their cause
    double cpu = 0;            ///< seconds of its process
};

/// Of the text of Prometheus.
Figures parse_figures(std::string_view text);

/// One look.
struct FigureSample {
    double at = 0;    ///< seconds
    Figures figures;  ///< counts since the first look
};

class ServerFigures {
  public:
    void add(double at, std::string_view text);

    const std::vector<FigureSample>& samples() const { return samples_; }
    Figures total() const;  ///< counts since the first look

  private:
    Figures last_;
    std::vector<FigureSample> samples_;
};

}  // namespace tripos::loadtest
