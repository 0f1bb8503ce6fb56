// SPDX-License-Identifier: MIT
#include "redis/server_report.hpp"

#include <algorithm>
#include <map>

#include "core/text.hpp"

namespace tripos::redis {

namespace {

using Gravity = Finding::Gravity;

/// A queue that has less than this share of its memory left is in danger.
constexpr std::int64_t kLowShare = 10;

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
    /// True also where an old server does not know the field.
    bool is_fine(std::string_view key) const {
        const auto value = text(key);
        return value.empty() || value == "ok";
    }

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

/// major * 100 + minor
std::int64_t version_number(std::string_view version) {
    const auto parts = split(version, '.');
    if (parts.size() < 2) {
        return 0;
    }
    return 100 * parse_int(parts[0]).value_or(0) + parse_int(parts[1]).value_or(0);
}

void judge_server(const ServerReport& report, std::vector<Finding>& findings) {
    if (report.is_cluster) {
        findings.push_back(
            {Gravity::danger, "it runs in cluster mode, which is not supported: use one server"});
    }
    if (report.role == "slave") {
        findings.push_back({Gravity::danger,
                            "it is a replica and takes no writes: use the address of its master"});
    }
    if (const auto version = version_number(report.version); version != 0 && version < 602) {
        findings.push_back({version < 500 ? Gravity::danger : Gravity::advice,
                            "version " + report.version + " is old: use 6.2 or later"});
    }
    if (!report.can_write_disk) {
        findings.push_back(
            {Gravity::danger, "its last write to disk failed: look at its log and its disk"});
    }
}

void judge_queue(const ServerReport& report, std::vector<Finding>& findings) {
    if (report.eviction != "noeviction") {
        findings.push_back({Gravity::danger, "maxmemory-policy is " + report.eviction +
                                                 ", so that jobs may be evicted: set noeviction"});
    }
    if (!report.appends && report.snapshots == false) {
        findings.push_back({Gravity::advice,
                            "it writes nothing to disk, so that jobs are lost with it (mails come "
                            "back from the outbox): set appendonly yes"});
    }
    const auto left = report.memory_left();
    if (left && *left < report.memory_limit / kLowShare) {
        findings.push_back({Gravity::danger,
                            "less than a tenth of its memory is left, and then jobs are refused: "
                            "raise maxmemory"});
    }
}

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
    report.version = info.text("redis_version");
    report.role = info.text("role");
    report.eviction = info.text("maxmemory_policy");
    report.memory_used = info.number("used_memory");
    report.memory_limit = info.number("maxmemory");
    report.is_cluster = info.text("redis_mode") == "cluster";
    report.appends = info.number("aof_enabled") == 1;
    if (save_points) {
        report.snapshots = !save_points->empty();
    }
    report.can_write_disk =
        info.is_fine("aof_last_write_status") && info.is_fine("rdb_last_bgsave_status");
    return report;
}

std::vector<Finding> judge(const ServerReport& report, Use use) {
    std::vector<Finding> findings;
    judge_server(report, findings);
    if (use != Use::cache) {
        judge_queue(report, findings);
    } else if (report.eviction == "noeviction" && report.memory_limit != 0) {
        findings.push_back({Gravity::advice,
                            "maxmemory-policy is noeviction, so that a full cache takes nothing "
                            "new: set allkeys-lru"});
    }
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return a.gravity == Gravity::danger && b.gravity != Gravity::danger;
    });
    return findings;
}

}  // namespace tripos::redis
