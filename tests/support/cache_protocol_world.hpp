// SPDX-License-Identifier: MIT
#pragma once
// What ProtocolModel (cache_protocol_model.hpp) plays with: worlds, and their states as bytes.

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <type_traits>

namespace tripos::cache::test::protocol {

using Byte = std::uint8_t;

struct Guards {
    bool check_lease = true;
    bool unique_token = true;
    bool check_tickets = true;
    bool flush_on_loss = true;
    bool run_barrier = true;
    bool version_before_load = true;
    bool absent_version_is_invalid = true;
    bool lease_asks_version = true;
    bool trusts_only_in_line = true;
    bool fill_checks_guards = true;
    bool set_needs_lease = true;
    bool set_checks_guards = true;
};

/// How a writer ends what it has changed.
enum class Way : Byte {
    key,
    tag,
    guard,  ///< of the key, before it commits; it may die after that
    set,    ///< as guard, and stores what it wrote
};

struct World {
    std::array<bool, 2> is_strict{true, false};   ///< the readers
    std::array<Way, 2> ways{Way::key, Way::tag};  ///< the writers
    Byte troubles = 1;                            ///< of the environment
    bool is_filled = true;                        ///< Redis holds the value from the start
    bool announces_beside = false;                ///< on a connection of their own
    Guards guards = {};
};

enum Step : Byte { look, asked, ask_barrier, at_barrier, acquire, load, version, fill, done };
enum Message : Byte { none, value_changed, version_changed, reply_0, reply_1, pong_0, pong_1 };

/// A stored value; `value` 0: none. Versions of the database count from 1.
struct Stored {
    Byte value = 0;
    Byte version = 0;
};

struct Reader {
    Byte step = look;
    Byte floor = 0;  ///< highest database version invalidated before it began
    Byte token = 0;
    Byte value_ticket = 1;
    Byte version_ticket = 1;
    Stored seen;            ///< of the reply on its way, or what it loaded
    Byte seen_version = 0;  ///< the tag's
    Byte asks_version = 0;  ///< the process does not know it, or must not trust what it knows
    Byte result = 0;
};

enum WriterStep : Byte { to_commit, to_guard, to_lease, to_end, ended };

struct Writer {
    Byte step = to_commit;
    Byte token = 0;
    Stored wrote;
};

/// Bytes only, so that states compare and hash as memory.
struct State {
    Byte database = 1;
    Byte floor = 0;
    Stored value;  ///< in Redis
    Byte lease = 0;
    Byte tag = 0;      ///< the version in Redis; 0: none
    Byte next_id = 1;  ///< of tokens and versions
    Byte tracks_value = 0;
    Byte tracks_tag = 0;
    Stored kept;         ///< in the process
    Byte known_tag = 0;  ///< there
    Byte is_cut = 0;     ///< the connection is lost and nobody has noticed
    Byte troubles = 0;
    Byte guards = 0;  ///< a bit for each writer's
    std::array<Writer, 2> writers{};
    std::array<Reader, 2> readers{};
    std::array<Byte, 8> stream{};  ///< from Redis to the process, oldest first
};
static_assert(std::has_unique_object_representations_v<State>);

inline std::string_view bytes_of(const State& state) {
    return std::string_view(reinterpret_cast<const char*>(&state), sizeof state);
}

struct StateHash {
    std::size_t operator()(const State& state) const {
        return std::hash<std::string_view>()(bytes_of(state));
    }
};
struct StateEqual {
    bool operator()(const State& a, const State& b) const { return bytes_of(a) == bytes_of(b); }
};

}  // namespace tripos::cache::test::protocol
