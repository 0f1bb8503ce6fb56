// SPDX-License-Identifier: MIT
#pragma once
// Counters, gauges and histograms of the process, rendered as Prometheus text (format 0.0.4).
//
// Metrics are created once, at start, and referenced by the objects that own the event; updating
// one is an atomic add. Names: tripos_<module>_<noun>_<unit>. Thread-safe. References stay valid as
// long as the Metrics object lives.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tripos {

using Labels = std::map<std::string, std::string>;

class Counter {
  public:
    virtual ~Counter() = default;
    virtual void add(double amount = 1) = 0;
    virtual double value() const = 0;
};

class Gauge {
  public:
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
    virtual double value() const = 0;
};

/// Durations in seconds. Takes a short lock: not for paths that run 100,000 times a second.
class Histogram {
  public:
    virtual ~Histogram() = default;
    virtual void observe(double seconds) = 0;
};

/// What a metric says at one moment.
struct MetricReading {
    std::string name;  ///< as it was created
    Labels labels;     ///< as it was created
    double value = 0;  ///< of a histogram: how many durations it has seen
    /// Of a histogram: how many were no longer than each bound, the last of which is infinite.
    std::map<double, double> at_most;
};

class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// The same name and labels give the same object.
    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram& histogram(const std::string& name, const std::string& help,
                         const Labels& labels = {},
                         const std::vector<double>& bounds = {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10,
                                                              60});

    /// What these metrics say now, those of one name together. Looks at all: for now and then.
    std::vector<MetricReading> read(const std::set<std::string>& names) const;

    /// The whole registry as Prometheus text; with it the log's dropped lines.
    std::string render() const;

  private:
    class Registry;
    std::unique_ptr<Registry> registry_;
};

}  // namespace tripos
