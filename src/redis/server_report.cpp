// SPDX-License-Identifier: MIT
#include "redis/server_report.hpp"

#include <algorithm>
#include <map>

#include "core/text.hpp"

namespace tripos::redis {

namespace {

class Info {
  public:
    explicit Info(std::string_view text) {
        for (const auto line : split(text, '\n')) {
            if (const auto colon = line.find(':'); colon != std::string_view::npos) {
                values_[std::string(line.substr(0, colon))] = trim(line.substr(colon + 1));
            }
        }
    }
    std::string text(std::string_view key) const {
        const auto found = values_.find(key);
        return found == values_.end() ? std::string() : found->second;
    }
    std::int64_t number(std::string_view key) const { return parse_int(text(key)).value_or(0); }
    /// Of all databases, each a line such as db0:keys=7,expires=2,avg_ttl=0.
    std::int64_t keys() const {
        constexpr std::string_view kBegin = "keys=";
        std::int64_t sum = 0;
        for (const auto& [name, value] : values_) {
            if (name.starts_with("db") && value.starts_with(kBegin)) {
                const auto count = std::string_view(value).substr(kBegin.size());
                sum += parse_int(count.substr(0, count.find(','))).value_or(0);
            }
        }
        return sum;
    }
    /// True also where an old server does not know the field.
    bool is_fine(std::string_view key) const {
        const auto value = text(key);
        return value.empty() || value == "ok";
    }

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace

std::optional<std::int64_t> ServerReport::memory_left() const {
    if (memory_limit == 0) {
        return std::nullopt;
    }
    return std::max<std::int64_t>(0, memory_limit - memory_used);
}

std::string_view ServerReport::persistence() const {
    if (appends) {
        return "append-only file";
    }
    return !snapshots ? "unknown" : *snapshots ? "snapshots" : "none";
}

ServerReport read_report(std::string_view text, const std::optional<std::string>& save_points) {
    const Info info(text);
    ServerReport report;
    // Valkey says its own beside that of the Redis it is compatible with.
    const auto valkey = info.text("valkey_version");
    report.version = valkey.empty() ? info.text("redis_version") : valkey;
    report.role = info.text("role");
    report.eviction = info.text("maxmemory_policy");
    report.memory_used = info.number("used_memory");
    report.memory_limit = info.number("maxmemory");
    report.fragmentation = parse_number(info.text("mem_fragmentation_ratio")).value_or(0);
    report.clients = info.number("connected_clients");
    report.client_limit = info.number("maxclients");
    report.evicted = info.number("evicted_keys");
    report.commands = info.number("total_commands_processed");
    report.is_cluster =
        info.text("redis_mode") == "cluster" || info.text("server_mode") == "cluster";
    report.appends = info.number("aof_enabled") == 1;
    if (save_points) {
        report.snapshots = !save_points->empty();
    }
    report.can_write_disk =
        info.is_fine("aof_last_write_status") && info.is_fine("rdb_last_bgsave_status");
    report.keys = info.keys();
    return report;
}

}  // namespace tripos::redis
