// SPDX-License-Identifier: MIT
#pragma once
// ProtocolModel: the protocol of docs/caching.md without I/O. Two readers in one process, two
// writers elsewhere that end a key or its tag, guard it first (and may die then) or set it, and an
// environment that lets leases run out, evicts values and versions, and cuts the read connection.
// One key with one tag; announcements in line with replies (RESP3) or beside them (RESP2).

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <unordered_set>

#include "support/cache_protocol_world.hpp"

namespace tripos::cache::test::protocol {

class Model {
  public:
    explicit Model(World world) : world_(world) {}

    /// The first violation found; empty: none in any reachable state.
    std::string explore() {
        State start;
        start.troubles = world_.troubles;
        for (std::size_t i = 0; i < 2; ++i) {
            start.writers[i].step = guards_first(i) ? to_guard : to_commit;
        }
        if (world_.is_filled) {
            start.value = Stored{.value = 1, .version = 1};
            start.tag = 1;
            start.next_id = 2;
        }
        visit(start);
        while (!queue_.empty() && violation_.empty()) {
            const State state = queue_.front();
            queue_.pop_front();
            check(state);
            step(state);
        }
        return violation_;
    }
    std::size_t states() const { return seen_.size(); }

  private:
    void visit(const State& state) {
        if (seen_.insert(state).second) {
            queue_.push_back(state);
        }
    }

    bool is_valid(const Stored& stored, Byte tag) const {
        const bool exists = tag != 0 || !world_.guards.absent_version_is_invalid;
        return stored.value != 0 && exists && stored.version == tag;
    }

    void check(const State& s) {
        if (is_valid(s.value, s.tag) && s.value.value < s.floor) {
            violation_ = "G1/G4: Redis holds a value that was invalidated";
        }
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& reader = s.readers[i];
            if (reader.step == done && world_.is_strict[i] && reader.result < reader.floor) {
                violation_ = "G2: a strict read returned what was invalidated before it began";
            }
        }
        const bool is_served = is_valid(s.kept, s.known_tag);
        if (is_served && s.kept.value < s.floor && s.is_cut == 0 && !is_announced(s)) {
            violation_ = "G3: the process serves an old value and nothing will tell it";
        }
    }

    static bool is_announced(const State& s) {
        return std::any_of(s.stream.begin(), s.stream.end(), [](Byte message) {
            return message == value_changed || message == version_changed;
        });
    }

    static void send(State& s, Byte message) {
        for (auto& slot : s.stream) {
            if (slot == none) {
                slot = message;
                return;
            }
        }
        FAIL() << "the model's stream is too short";
    }

    static void change_value(State& s, Stored to) {
        s.value = to;
        if (s.tracks_value != 0) {
            s.tracks_value = 0;
            send(s, value_changed);
        }
    }
    static void change_tag(State& s, Byte to) {
        s.tag = to;
        if (s.tracks_tag != 0) {
            s.tracks_tag = 0;
            send(s, version_changed);
        }
    }

    void step(const State& s) {
        for (std::size_t i = 0; i < 2; ++i) {
            step_reader(s, i);
            step_writer(s, i);
        }
        deliver(s);
        trouble(s);
    }

    void step_reader(const State& s, std::size_t i) {
        State next = s;
        Reader& reader = next.readers[i];
        switch (reader.step) {
            case look:
                reader.floor = s.floor;
                look_in_process(next, i);
                break;
            case ask_barrier:
                if (s.is_cut != 0) {
                    return;  // no answer will come; the loss will be noticed
                }
                send(next, static_cast<Byte>(pong_0 + i));
                reader.step = at_barrier;
                break;
            case acquire:
                if (s.lease != 0 && !is_valid(s.value, s.tag)) {
                    return;  // waits
                }
                take_lease(next, reader);
                break;
            case load:
                reader.seen.value = s.database;
                reader.step = world_.guards.version_before_load ? fill : version;
                break;
            case version:
                take_version(next, reader);
                reader.step = fill;
                break;
            case fill:
                store(next, reader);
                break;
            default:
                return;
        }
        visit(next);
    }

    /// A hit, or, for a strict reader, the barrier in front of it, or a tracked read.
    void look_in_process(State& s, std::size_t i) {
        Reader& reader = s.readers[i];
        if (!is_valid(s.kept, s.known_tag)) {
            ask_redis(s, i);
        } else if (world_.is_strict[i] && world_.guards.run_barrier) {
            reader.step = ask_barrier;
        } else {
            reader.result = s.kept.value;
            reader.step = done;
        }
    }

    bool must_ask(const State& s) const {
        return s.known_tag == 0 || (world_.announces_beside && world_.guards.trusts_only_in_line);
    }

    /// Tickets are taken, then the server answers; both before anything else of this reader.
    void ask_redis(State& s, std::size_t i) {
        Reader& reader = s.readers[i];
        if (s.is_cut != 0) {
            reader.step = acquire;  // the read fails
            return;
        }
        reader.value_ticket = reader.version_ticket = 1;
        reader.seen = s.value;
        reader.asks_version = must_ask(s) ? 1 : 0;
        s.tracks_value = 1;
        if (reader.asks_version != 0) {
            reader.seen_version = s.tag;
            s.tracks_tag = 1;
        }
        send(s, static_cast<Byte>(reply_0 + i));
        reader.step = asked;
    }

    void take_version(State& s, Reader& reader) {
        if (s.tag == 0 && world_.guards.absent_version_is_invalid) {
            change_tag(s, s.next_id++);
        }
        reader.seen.version = s.tag;
    }

    void take_lease(State& s, Reader& reader) {
        // What the process knows may be past: its announcement is on its way, or was cut off.
        if (is_valid(s.value, world_.guards.lease_asks_version ? s.tag : s.known_tag)) {
            reader.result = s.value.value;
            reader.step = done;
            return;
        }
        reader.token = world_.guards.unique_token ? s.next_id++ : Byte{1};
        s.lease = reader.token;
        if (world_.guards.version_before_load) {
            take_version(s, reader);
        }
        reader.step = load;
    }

    void store(State& s, Reader& reader) {
        if (s.lease == reader.token || !world_.guards.check_lease) {
            s.lease = 0;
            if (s.guards == 0 || !world_.guards.fill_checks_guards) {
                change_value(s, reader.seen);
            }
        }
        reader.result = reader.seen.value;
        reader.step = done;
    }

    bool guards_first(std::size_t i) const {
        return world_.ways[i] == Way::guard || world_.ways[i] == Way::set;
    }

    void step_writer(const State& s, std::size_t i) {
        State next = s;
        auto& writer = next.writers[i];
        const Byte bit = static_cast<Byte>(1U << i);
        switch (writer.step) {
            case to_guard:
                end_key(next);
                next.guards |= bit;
                writer.step = world_.ways[i] == Way::set ? to_lease : to_commit;
                break;
            case to_lease:
                writer.step = to_commit;
                if (s.lease == 0) {
                    writer.token = next.lease = next.next_id++;
                    if (s.tag == 0) {
                        change_tag(next, next.next_id++);
                    }
                    writer.wrote.version = next.tag;
                }
                break;
            case to_commit:
                writer.wrote.value = ++next.database;
                writer.step = to_end;
                if (guards_first(i)) {
                    next.floor = std::max(next.floor, writer.wrote.value);
                    State dead = next;
                    dead.writers[i] = Writer{.step = ended, .token = 0, .wrote = {}};
                    visit(dead);
                }
                break;
            case to_end:
                end(next, i);
                next.guards &= static_cast<Byte>(~bit);
                next.floor = std::max(next.floor, writer.wrote.value);
                writer = Writer{.step = ended, .token = 0, .wrote = {}};
                break;
            default:
                return;
        }
        visit(next);
    }

    static void end_key(State& s) {
        s.lease = 0;
        change_value(s, Stored());
    }

    void end(State& s, std::size_t i) const {
        const Writer& writer = s.writers[i];
        if (world_.ways[i] == Way::tag) {
            // Without the guard a version is a counter that may be absent.
            change_tag(s, world_.guards.absent_version_is_invalid ? Byte{0}
                                                                  : static_cast<Byte>(s.tag + 1));
            return;
        }
        const bool has_lease = writer.token != 0 && s.lease == writer.token;
        const bool is_alone = (s.guards & static_cast<Byte>(~(1U << i))) == 0;
        const bool may_store = world_.ways[i] == Way::set && writer.token != 0 &&
                               (has_lease || !world_.guards.set_needs_lease) &&
                               (is_alone || !world_.guards.set_checks_guards);
        end_key(s);
        if (may_store) {
            change_value(s, writer.wrote);
        }
    }

    static bool is_reply(Byte message) { return message == reply_0 || message == reply_1; }

    /// The oldest message of the stream reaches the process: of each stream, if they are two.
    void deliver(const State& s) {
        if (s.is_cut != 0) {
            return;
        }
        const auto is_other = [&s](Byte message) {
            return message != none && is_reply(message) != is_reply(s.stream[0]);
        };
        const auto other = std::find_if(s.stream.begin(), s.stream.end(), is_other);
        if (s.stream[0] != none) {
            deliver(s, 0);
        }
        if (world_.announces_beside && other != s.stream.end()) {
            deliver(s, static_cast<std::size_t>(other - s.stream.begin()));
        }
    }

    void deliver(const State& s, std::size_t place) {
        State next = s;
        std::copy(next.stream.begin() + place + 1, next.stream.end(), next.stream.begin() + place);
        next.stream.back() = none;
        switch (s.stream[place]) {
            case value_changed:
                next.kept = Stored();
                next.readers[0].value_ticket = next.readers[1].value_ticket = 0;
                break;
            case version_changed:
                next.known_tag = 0;
                next.readers[0].version_ticket = next.readers[1].version_ticket = 0;
                break;
            case reply_0:
            case reply_1:
                // What is made of a reply happens in a later turn of the event loop.
                arrive(next, s.stream[place] - reply_0);
                return;
            default:
                look_again(next, s.stream[place] - pong_0);
                break;
        }
        visit(next);
    }

    /// The reply is here; the messages right behind it may be heard before it is put to use.
    void arrive(const State& s, std::size_t i) {
        State used = s;
        use_reply(used, i);
        visit(used);
        if (s.stream[0] == value_changed || s.stream[0] == version_changed) {
            State crossed = s;
            const Byte push = crossed.stream[0];
            crossed.stream[0] = static_cast<Byte>(reply_0 + i);
            // Swapped: the announcement first, then the use of the reply.
            std::copy_backward(crossed.stream.begin(), crossed.stream.end() - 1,
                               crossed.stream.end());
            crossed.stream[0] = push;
            visit(crossed);
        }
    }

    void use_reply(State& s, std::size_t i) {
        Reader& reader = s.readers[i];
        const bool enforced = world_.guards.check_tickets;
        const Byte present = reader.asks_version != 0 ? reader.seen_version : s.known_tag;
        if (reader.asks_version != 0 && (reader.version_ticket != 0 || !enforced)) {
            s.known_tag = present;
        }
        if (!is_valid(reader.seen, present)) {
            reader.step = acquire;
            return;
        }
        if (reader.value_ticket != 0 || !enforced) {
            s.kept = reader.seen;
        }
        reader.result = reader.seen.value;
        reader.step = done;
    }

    void look_again(State& s, std::size_t i) {
        if (is_valid(s.kept, s.known_tag)) {
            s.readers[i].result = s.kept.value;
            s.readers[i].step = done;
        } else {
            ask_redis(s, i);
        }
    }

    void trouble(const State& s) {
        if (s.is_cut != 0) {
            notice_the_loss(s);
        }
        if (s.troubles == 0) {
            return;
        }
        State less = s;
        --less.troubles;
        if (s.lease != 0) {
            State next = less;
            next.lease = 0;
            visit(next);
        }
        if (s.value.value != 0) {
            State next = less;
            change_value(next, Stored());
            visit(next);
        }
        if (s.tag != 0) {
            State next = less;
            change_tag(next, 0);
            visit(next);
        }
        if (s.is_cut == 0) {
            State next = less;
            next.is_cut = 1;
            next.tracks_value = next.tracks_tag = 0;
            next.stream = {};
            visit(next);
        }
    }

    /// Everything is dropped; who waited for an answer goes on without; then it connects again.
    void notice_the_loss(const State& s) {
        State next = s;
        next.is_cut = 0;
        if (world_.guards.flush_on_loss) {
            next.kept = Stored();
            next.known_tag = 0;
        }
        for (auto& reader : next.readers) {
            reader.value_ticket = reader.version_ticket = 0;
            if (reader.step == asked || reader.step == ask_barrier || reader.step == at_barrier) {
                reader.step = acquire;
            }
        }
        visit(next);
    }

    const World world_;
    std::unordered_set<State, StateHash, StateEqual> seen_;
    std::deque<State> queue_;
    std::string violation_;
};

}  // namespace tripos::cache::test::protocol
