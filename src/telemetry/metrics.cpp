// SPDX-License-Identifier: MIT
#include "telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

#include "telemetry/log.hpp"

namespace tripos {

namespace {

class PrometheusCounter final : public Counter {
  public:
    explicit PrometheusCounter(prometheus::Counter& counter) : counter_(counter) {}
    void add(double amount) override { counter_.Increment(amount); }
    double value() const override { return counter_.Value(); }

  private:
    prometheus::Counter& counter_;
};

class PrometheusGauge final : public Gauge {
  public:
    explicit PrometheusGauge(prometheus::Gauge& gauge) : gauge_(gauge) {}
    void set(double value) override { gauge_.Set(value); }
    double value() const override { return gauge_.Value(); }

  private:
    prometheus::Gauge& gauge_;
};

class PrometheusHistogram final : public Histogram {
  public:
    explicit PrometheusHistogram(prometheus::Histogram& histogram) : histogram_(histogram) {}
    void observe(double seconds) override { histogram_.Observe(seconds); }

  private:
    prometheus::Histogram& histogram_;
};

}  // namespace

/// prometheus-cpp keeps the values; the maps give our facades stable addresses, one per (name,
/// labels).
class Metrics::Registry {
  public:
    prometheus::Registry registry;
    std::mutex mutex;
    std::map<std::pair<std::string, Labels>, PrometheusCounter> counters;
    std::map<std::pair<std::string, Labels>, PrometheusGauge> gauges;
    std::map<std::pair<std::string, Labels>, PrometheusHistogram> histograms;
};

Metrics::Metrics() : registry_(std::make_unique<Registry>()) {
    counter("tripos_log_dropped_lines_total", "Lines of the log that stderr did not take");
}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(registry_->mutex);
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry_->registry);
    return registry_->counters.try_emplace({name, labels}, family.Add(labels)).first->second;
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(registry_->mutex);
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry_->registry);
    return registry_->gauges.try_emplace({name, labels}, family.Add(labels)).first->second;
}

Histogram& Metrics::histogram(const std::string& name, const std::string& help,
                              const Labels& labels, const std::vector<double>& bounds) {
    const std::lock_guard lock(registry_->mutex);
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry_->registry);
    return registry_->histograms.try_emplace({name, labels}, family.Add(labels, bounds))
        .first->second;
}

std::vector<MetricReading> Metrics::read(const std::set<std::string>& names) const {
    std::vector<MetricReading> readings;
    for (const auto& family : registry_->registry.Collect()) {
        if (names.count(family.name) == 0) {
            continue;
        }
        for (const auto& metric : family.metric) {
            MetricReading reading{.name = family.name, .labels = {}, .value = 0, .at_most = {}};
            for (const auto& label : metric.label) {
                reading.labels.emplace(label.name, label.value);
            }
            if (family.type == prometheus::MetricType::Histogram) {
                reading.value = static_cast<double>(metric.histogram.sample_count);
                for (const auto& bucket : metric.histogram.bucket) {
                    reading.at_most[bucket.upper_bound] =
                        static_cast<double>(bucket.cumulative_count);
                }
            } else {
                reading.value = family.type == prometheus::MetricType::Counter
                                    ? metric.counter.value
                                    : metric.gauge.value;
            }
            readings.push_back(std::move(reading));
        }
    }
    return readings;
}

std::string Metrics::render() const {
    {
        const std::lock_guard lock(registry_->mutex);
        auto& lost = registry_->counters.at({"tripos_log_dropped_lines_total", {}});
        lost.add(static_cast<double>(log::dropped()) - lost.value());
    }
    return prometheus::TextSerializer().Serialize(registry_->registry.Collect());
}

}  // namespace tripos
