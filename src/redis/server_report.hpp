// SPDX-License-Identifier: MIT
#pragma once
// What a Redis server says about itself (INFO). What of that does not suit a cache or a queue is
// the doctor's to say. Pure; value types.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::redis {

/// What a server says of itself.
struct ServerReport {
    std::string version;            ///< "7.0.15"
    std::string role;               ///< "master", "slave"
    std::string eviction;           ///< maxmemory-policy
    std::int64_t memory_used = 0;   ///< bytes
    std::int64_t memory_limit = 0;  ///< bytes; 0: none is set
    double fragmentation = 0;       ///< memory taken from the system, for each byte used
    std::int64_t clients = 0;       ///< connected now
    std::int64_t client_limit = 0;  ///< maxclients; 0: it does not say
    std::int64_t evicted = 0;       ///< keys thrown away for room since it began
    std::int64_t commands = 0;      ///< done since it began
    bool is_cluster = false;        ///< cluster mode is on
    bool appends = false;           ///< an append-only file is written
    std::optional<bool> snapshots;  ///< RDB save points are set; nothing: not allowed to ask
    bool can_write_disk = true;     ///< the last write of either kind went well

    /// Nothing: no limit is set.
    std::optional<std::int64_t> memory_left() const;
    /// "append-only file", "snapshots", "none" or "unknown".
    std::string_view persistence() const;
};

/// The reply to INFO; and to CONFIG GET save, empty when that was refused.
ServerReport read_report(std::string_view info, const std::optional<std::string>& save_points);

}  // namespace tripos::redis
