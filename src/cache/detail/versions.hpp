// SPDX-License-Identifier: MIT
#pragma once
// Versions: what this process knows of the present versions of tags and families. A version is a
// random number under cachetag:<tag> or cachegen:<family>, created when first needed and deleted to
// invalidate: a value is valid while every version it recorded is the present one. Thread-safe.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cache/detail/tickets.hpp"

namespace tripos::cache {

/// Which read connections announce a change: one bit each.
using Lanes = std::uint64_t;

struct Version {
    std::string name;                     ///< in Redis
    std::uint64_t hash = 0;               ///< of the name
    std::atomic<std::uint64_t> value{0};  ///< 0: not known
    std::atomic<Lanes> lanes{0};          ///< that track it

    bool is(std::uint64_t recorded, Lanes needed) const {
        return recorded != 0 && value.load(std::memory_order_acquire) == recorded &&
               (needed == 0 || known_to(needed) == recorded);
    }
    /// The value if that lane tracks it, else 0. The one a lane that lags has read lately, over
    /// what this one knows, must not pass for this one's.
    std::uint64_t known_to(Lanes lane) const {
        const auto known = value.load(std::memory_order_acquire);
        const bool is_tracked = (lanes.load(std::memory_order_acquire) & lane) != 0;
        const bool is_same = value.load(std::memory_order_relaxed) == known;
        return is_tracked && is_same ? known : 0;
    }
};

/// A version as a value recorded it.
struct Mark {
    std::shared_ptr<const Version> version;
    std::uint64_t recorded = 0;

    bool holds(Lanes needed) const { return version->is(recorded, needed); }
};

class Versions {
  public:
    explicit Versions(const Tickets& tickets) : tickets_(tickets) {}

    /// The record of that name, made if there is none.
    std::shared_ptr<Version> find(const std::string& name);
    /// Lane `lane` read the value; kept if the ticket, taken before the read, is still valid.
    void learn(Version& version, std::uint64_t value, Lanes lane, const Ticket& ticket);
    /// It changed; the ticket has been voided already.
    void forget(std::string_view name);
    void forget_all();

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, std::shared_ptr<Version>, Hash, std::equal_to<>> records;
        std::size_t purge_at = 4'096;
    };
    /// Drops the records nobody holds, so that the table stays as large as the tier needs.
    static void purge(Shard& shard);

    Shard& shard_of(std::size_t hash) { return shards_[hash % shards_.size()]; }

    const Tickets& tickets_;
    std::array<Shard, 16> shards_;
};

}  // namespace tripos::cache
