// SPDX-License-Identifier: MIT
#include "operations/history_figures.hpp"

#include <algorithm>
#include <cmath>

namespace tripos::operations {

namespace {

constexpr const char* kRequests = "tripos_http_requests_total";
constexpr const char* kRequestTimes = "tripos_http_request_seconds";
constexpr const char* kDeliveryTimes = "tripos_mail_delivery_seconds";
constexpr const char* kQueueJobs = "tripos_queue_jobs";
constexpr const char* kQueueOldest = "tripos_queue_oldest_seconds";
constexpr const char* kOutboxOldest = "tripos_mail_outbox_oldest_seconds";
constexpr const char* kRedisUp = "tripos_redis_up";
constexpr const char* kRedisMemory = "tripos_redis_memory_used_bytes";
constexpr const char* kRedisLatency = "tripos_redis_latency_seconds";
constexpr const char* kSaves = "tripos_exams_saves_total";
constexpr const char* kRunning = "tripos_exams_running_attempts";
constexpr const char* kDiskFree = "tripos_disk_free_ratio";
constexpr const char* kCommitTimes = "tripos_sql_commit_seconds";

/// Of the servers together.
constexpr std::pair<const char*, double Totals::*> kOfRedis[] = {
    {"tripos_redis_clients", &Totals::redis_clients},
    {"tripos_redis_keys", &Totals::redis_keys},
    {"tripos_redis_commands_total", &Totals::redis_commands},
    {"tripos_redis_evicted_keys_total", &Totals::redis_evicted}};

constexpr std::pair<const char*, Figure> kOfClasses[] = {{"saves", Figure::p95_saves},
                                                         {"papers", Figure::p95_papers},
                                                         {"login", Figure::p95_login},
                                                         {"pages", Figure::p95_pages},
                                                         {"admin", Figure::p95_admin}};

constexpr std::pair<const char*, Figure> kOfMails[] = {{"security", Figure::mail_security},
                                                       {"notice", Figure::mail_notice},
                                                       {"bulk", Figure::mail_bulk}};

bool is_labelled(const MetricReading& reading, const char* label, std::string_view value) {
    const auto found = reading.labels.find(label);
    return found != reading.labels.end() && found->second == value;
}

void add_to(Buckets& sum, const Buckets& part) {
    for (const auto& [bound, count] : part) {
        sum[bound] += count;
    }
}

std::optional<double> share_of(double part, double whole) {
    return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

/// As shown: four digits say enough.
std::optional<double> rounded(std::optional<double> value) {
    if (!value || *value == 0) {
        return value;
    }
    const double unit = std::pow(10, std::floor(std::log10(std::abs(*value))) - 3);
    return std::round(*value / unit) * unit;
}

void read_queue(Totals& totals, const MetricReading& reading) {
    if (reading.name == kQueueJobs && (is_labelled(reading, "state", "waiting") ||
                                       is_labelled(reading, "state", "prioritized"))) {
        totals.queue_jobs += reading.value;
    } else if (reading.name == kQueueOldest) {
        totals.queue_oldest = std::max(totals.queue_oldest, reading.value);
    } else if (reading.name == kOutboxOldest) {
        totals.outbox_oldest = reading.value;
    }
}

/// What is shown as it is read.
void read_state(Totals& totals, const MetricReading& reading) {
    if (reading.name == kSaves) {
        totals.saves += reading.value;
    } else if (reading.name == kRunning) {
        totals.running = reading.value;
    } else if (reading.name == kDiskFree) {
        totals.disk_free = reading.value;
    } else if (reading.name == kCommitTimes) {
        add_to(totals.commit_times, reading.at_most);
    }
}

void read_mails(Totals& totals, const MetricReading& reading) {
    if (!is_labelled(reading, "class", "bulk")) {
        add_to(totals.delivery_times, reading.at_most);
    }
    if (const auto found = reading.labels.find("class"); found != reading.labels.end()) {
        add_to(totals.mail_times[found->second], reading.at_most);
    }
}

void read_redis(Totals& totals, const MetricReading& reading) {
    if (reading.name == kRedisLatency) {
        totals.redis_latency = std::max(totals.redis_latency, reading.value);
    }
    for (const auto& [name, member] : kOfRedis) {
        totals.*member += reading.name == name ? reading.value : 0;
    }
}

/// Of a counter, which a Redis that began anew does not lower.
std::optional<double> per_second(double before, double now, double seconds) {
    return share_of(std::max(now - before, 0.0), seconds);
}

void add_redis(Sample& sample, const Totals& before, const Totals& now, double seconds) {
    sample[Figure::redis_latency] = now.redis_latency;
    sample[Figure::redis_clients] = now.redis_clients;
    sample[Figure::redis_keys] = now.redis_keys;
    sample[Figure::redis_commands] = per_second(before.redis_commands, now.redis_commands, seconds);
    sample[Figure::redis_evicted] = per_second(before.redis_evicted, now.redis_evicted, seconds);
}

/// Of one class, between the two.
std::optional<double> p95_of(const std::string& name, const std::map<std::string, Buckets>& before,
                             const std::map<std::string, Buckets>& now) {
    const auto later = now.find(name);
    if (later == now.end()) {
        return std::nullopt;
    }
    const auto known = before.find(name);
    return quantile_between(known == before.end() ? Buckets() : known->second, later->second, 0.95);
}

}  // namespace

const std::set<std::string>& history_metrics() {
    static const auto names = [] {
        std::set<std::string> all{kRequests,     kRequestTimes, kDeliveryTimes, kQueueJobs,
                                  kQueueOldest,  kOutboxOldest, kRedisUp,       kRedisMemory,
                                  kRedisLatency, kSaves,        kRunning,       kDiskFree,
                                  kCommitTimes};
        for (const auto& [name, member] : kOfRedis) {
            all.emplace(name);
        }
        return all;
    }();
    return names;
}

Totals read_totals(const std::vector<MetricReading>& readings, const cache::Stats& cache,
                   const sql::DatabaseStats& database) {
    Totals totals;
    bool is_up = true;
    double memory = 0;
    for (const auto& reading : readings) {
        if (reading.name == kRequests) {
            totals.requests += reading.value;
            totals.errors += is_labelled(reading, "status", "5xx") ? reading.value : 0;
        } else if (reading.name == kRequestTimes) {
            add_to(totals.request_times, reading.at_most);
            if (const auto found = reading.labels.find("class"); found != reading.labels.end()) {
                add_to(totals.class_times[found->second], reading.at_most);
            }
        } else if (reading.name == kDeliveryTimes) {
            read_mails(totals, reading);
        } else if (reading.name == kRedisUp) {
            is_up = is_up && reading.value > 0;
        } else if (reading.name == kRedisMemory) {
            memory += reading.value;
        } else {
            read_queue(totals, reading);
            read_redis(totals, reading);
            read_state(totals, reading);
        }
    }
    totals.log_bytes = static_cast<double>(database.log_bytes);
    if (is_up && memory > 0) {
        totals.redis_memory = memory;
    }
    for (const auto& family : cache.families) {
        totals.hits += static_cast<double>(family.hits());
        totals.lookups += static_cast<double>(family.lookups());
    }
    totals.lane_writes = static_cast<double>(database.urgent_writes);
    totals.lane_wait = std::chrono::duration<double>(database.urgent_wait).count();
    return totals;
}

std::optional<double> quantile_between(const Buckets& before, const Buckets& now, double share) {
    const auto between = [&before](double bound, double count) {
        const auto known = before.find(bound);
        return count - (known == before.end() ? 0 : known->second);
    };
    const double all = now.empty() ? 0 : between(now.rbegin()->first, now.rbegin()->second);
    if (all <= 0) {
        return std::nullopt;
    }
    double lower = 0;
    double below = 0;
    for (const auto& [bound, count] : now) {
        const double up_to = between(bound, count);
        if (up_to >= share * all) {
            // Beyond the last bound nothing is known but that.
            return std::isinf(bound) ? lower
                                     : lower + (bound - lower) * (share * all - below) /
                                                   std::max(up_to - below, 1.0);
        }
        lower = bound;
        below = up_to;
    }
    return lower;
}

Sample sample_between(const Totals& before, const Totals& now) {
    const double requests = now.requests - before.requests;
    const double seconds = std::chrono::duration<double>(now.taken - before.taken).count();
    Sample sample;
    sample[Figure::requests] = share_of(requests, seconds);
    sample[Figure::error_share] = share_of(now.errors - before.errors, requests);
    sample[Figure::p50] = quantile_between(before.request_times, now.request_times, 0.5);
    sample[Figure::p95] = quantile_between(before.request_times, now.request_times, 0.95);
    sample[Figure::p99] = quantile_between(before.request_times, now.request_times, 0.99);
    sample[Figure::mail_delivery] =
        quantile_between(before.delivery_times, now.delivery_times, 0.95);
    sample[Figure::hit_rate] = share_of(now.hits - before.hits, now.lookups - before.lookups);
    sample[Figure::lane_wait] =
        share_of(now.lane_wait - before.lane_wait, now.lane_writes - before.lane_writes);
    for (const auto& [name, figure] : kOfClasses) {
        sample[figure] = p95_of(name, before.class_times, now.class_times);
    }
    for (const auto& [name, figure] : kOfMails) {
        sample[figure] = p95_of(name, before.mail_times, now.mail_times);
    }
    sample[Figure::commits] = quantile_between(before.commit_times, now.commit_times, 0.95);
    sample[Figure::saves] = share_of(now.saves - before.saves, seconds);
    sample[Figure::running] = now.running;
    sample[Figure::disk_free] = now.disk_free;
    sample[Figure::log_bytes] = now.log_bytes;
    sample[Figure::outbox_oldest] = now.outbox_oldest;
    sample[Figure::redis_memory] = now.redis_memory;
    if (now.redis_memory) {  // otherwise nobody has looked into the queues
        add_redis(sample, before, now, seconds);
        sample[Figure::queue_jobs] = now.queue_jobs;
        sample[Figure::queue_oldest] = now.queue_oldest;
    }
    for (auto& figure : sample.figures) {
        figure = rounded(figure);
    }
    return sample;
}

}  // namespace tripos::operations
