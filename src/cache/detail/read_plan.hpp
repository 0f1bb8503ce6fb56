// SPDX-License-Identifier: MIT
#pragma once
// ReadPlan: the lookups of one turn of the event loop as one tracked read: CLIENT CACHING YES, one
// MGET of the values and of those versions whose end this connection would not have announced
// before the reply, and a PTTL of each value. Without I/O. Not thread-safe.

#include <unordered_map>
#include <vector>

#include "cache/detail/declared.hpp"
#include "cache/detail/stored_value.hpp"
#include "core/random.hpp"
#include "redis/connection.hpp"
#include "redis/tracking.hpp"

namespace tripos::cache {

/// What Redis said about one key.
struct Look {
    enum class State {
        missing,      ///< nothing there
        invalidated,  ///< a version it recorded is past
        unreadable,   ///< not ours, or of another schema
        fresh,
        stale,  ///< in its grace
    };

    State state = State::missing;
    Value value;  ///< null: known to be absent
    bool wants_refresh = false;

    bool is_usable() const { return state == State::fresh || state == State::stale; }
};

/// How a stored value is judged; shared by tracked and plain reads.
struct Judgement {
    Look look;
    StoredValue stored;
    Instant refresh_at = 0;
    Instant stale_at = 0;
    Instant expires_at = 0;
    std::size_t weight = 0;
};

/// `present`: the versions the value must have recorded; 0 is never right. `ttl`: PTTL's answer;
/// `sent_at`: before the question was.
struct Evidence {
    redis::Reply* value;
    std::int64_t ttl;
    Instant sent_at;
    std::array<std::uint64_t, StoredValue::kMaxVersions> present;
    bool check_versions = true;
    double chance = 0;  ///< uniform in [0, 1): how early to refresh; 0: not early
};
Judgement judge(const Key& key, Evidence evidence);

class ReadPlan {
  public:
    /// A lane whose connection announces nothing keeps nothing.
    ReadPlan(Local& local, Lanes lane, redis::Announcements announcements, const Seams& seams)
        : local_(local),
          lane_(announcements == redis::Announcements::none ? 0 : lane),
          trusted_(announcements == redis::Announcements::in_line ? lane : 0),
          seams_(seams) {}

    /// Its place among the looks.
    std::size_t add(const Key& key);
    /// Takes the tickets: to be sent at once.
    std::vector<redis::Arguments> commands();
    /// Keeps in this process what may be kept. Requires: the replies to commands().
    std::vector<Look> digest(std::vector<redis::Reply> replies, Random& random);

  private:
    struct Item {
        Key key;
        VersionsOf versions;
        std::size_t place;  ///< of the value in MGET
        Ticket ticket;
    };
    struct Asked {
        std::shared_ptr<Version> version;
        Ticket ticket;
    };

    std::size_t ask(const std::string& name);
    Look conclude(const Item& item, redis::Reply& value, std::int64_t ttl,
                  const std::vector<std::uint64_t>& versions, double chance);

    Local& local_;
    const Lanes lane_;     ///< that keeps what was read; 0: none
    const Lanes trusted_;  ///< knows what versions are present when the reply is here; 0: none
    const Seams& seams_;
    std::vector<Item> items_;
    std::vector<std::string> names_;
    std::vector<std::size_t> uses_;  ///< of each, by items
    std::unordered_map<std::string, std::size_t> places_;
    std::unordered_map<std::size_t, Asked> asked_;  ///< versions, by place
    Instant sent_at_ = 0;
};

/// A version as it is written: 16 hex digits; 0: not one.
std::uint64_t parse_version(const redis::Reply& reply);
std::string version_text(std::uint64_t version);

}  // namespace tripos::cache
