// SPDX-License-Identifier: MIT
#include "cache/detail/published.hpp"

namespace tripos::cache {

namespace {

struct Row {
    Count count;
    const char* name;
    const char* help;
    const char* result;  ///< null: no such label
    double scale = 1;
};

constexpr Row kRows[] = {
    {Count::process_hit, "lookups", "Cache lookups", "process"},
    {Count::redis_hit, "lookups", "Cache lookups", "redis"},
    {Count::stale_hit, "lookups", "Cache lookups", "stale"},
    {Count::negative_hit, "lookups", "Cache lookups", "negative"},
    {Count::miss, "lookups", "Cache lookups", "miss"},
    {Count::load, "loads", "Loader runs", nullptr},
    {Count::load_failure, "load_failures", "Loads that did not end well", "failed"},
    {Count::load_timeout, "load_failures", "Loads that did not end well", "timeout"},
    {Count::load_refused, "load_failures", "Loads that did not end well", "refused"},
    {Count::load_micros, "load_seconds", "Time in loaders", nullptr, 1e-6},
    {Count::overtaken_load, "overtaken_loads", "Loads under way at an invalidation", nullptr},
    {Count::early_refresh, "early_refreshes", "Loads ahead of the lifetime", nullptr},
    {Count::waited_elsewhere, "shared_loads", "Loads another process did", nullptr},
    {Count::fill, "fills", "Values stored", nullptr},
    {Count::refused_fill, "refused_fills", "Loads overtaken by an invalidation", nullptr},
    {Count::invalidation, "invalidations", "Keys invalidated here", nullptr},
    {Count::unreadable, "unreadable", "Values of another schema", nullptr},
    {Count::missed_for_room, "double_memory_hits",
     "Lookups that twice the process tier would answer", nullptr},
    {Count::redis_failure, "errors", "Failures of Redis seen by the cache", nullptr},
};

}  // namespace

Published::Published(Metrics& metrics)
    : metrics_(metrics),
      staleness_(metrics.gauge("tripos_cache_staleness_seconds",
                               "Age of the last sign of life from Redis")),
      tracking_(metrics.gauge("tripos_cache_tracking", "1: values may be served in process")),
      journal_(
          metrics.gauge("tripos_cache_journal_entries", "Invalidations Redis has yet to confirm")),
      pushes_(metrics.counter("tripos_cache_pushes_total", "Changes Redis announced")),
      flushes_(
          metrics.counter("tripos_cache_flushes_total", "Times the in-process tier was emptied")) {}

void Published::add_family(const Family& family) {
    for (const auto& row : kRows) {
        Labels labels{{"family", family.options().name}};
        if (row.result != nullptr) {
            labels.emplace("result", row.result);
        }
        auto& counter =
            metrics_.counter("tripos_cache_" + std::string(row.name) + "_total", row.help, labels);
        series_.push_back(
            Series{.family = &family, .count = row.count, .counter = &counter, .scale = row.scale});
    }
    const Labels labels{{"family", family.options().name}};
    sizes_.push_back(Sizes{
        .entries = &metrics_.gauge("tripos_cache_process_entries", "Values in process", labels),
        .bytes = &metrics_.gauge("tripos_cache_process_bytes", "Bytes of them", labels)});
}

void Published::update(const Stats& stats) {
    for (auto& series : series_) {
        const auto value = series.family->counters().value(series.count);
        if (value != series.published) {
            series.counter->add(static_cast<double>(value - series.published) * series.scale);
            series.published = value;
        }
    }
    // A family declared since the count was taken is not in it yet; both are in order of
    // declaration.
    for (std::size_t i = 0; i < stats.families.size(); ++i) {
        sizes_[i].entries->set(static_cast<double>(stats.families[i].entries));
        sizes_[i].bytes->set(static_cast<double>(stats.families[i].bytes));
    }
    staleness_.set(std::chrono::duration<double>(stats.staleness).count());
    tracking_.set(stats.is_tracking ? 1 : 0);
    journal_.set(static_cast<double>(stats.journal));
    pushes_.add(static_cast<double>(stats.pushes - std::exchange(published_pushes_, stats.pushes)));
    flushes_.add(
        static_cast<double>(stats.flushes - std::exchange(published_flushes_, stats.flushes)));
}

}  // namespace tripos::cache
