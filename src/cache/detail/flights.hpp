// SPDX-License-Identifier: MIT
#pragma once
// Flights: the loads under way in this process. Callers that miss the same key share one. An
// invalidation takes the flight out of the table: whoever comes later starts a new one. A flight
// belongs to none of its callers: it goes on when one of them gives up. Thread-safe.

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "async/completion.hpp"
#include "cache/detail/tier.hpp"

namespace tripos::cache {

/// How a load ended, for one caller.
struct Landing {
    enum class Kind {
        value,      ///< the value is known; null: there is none
        declined,   ///< an early refresh that another process does
        timed_out,  ///< this caller's patience ended, not the flight
    };
    Kind kind = Kind::value;
    Value value;
};

class Flight {
  public:
    enum class Purpose { answer, refresh };

    /// Of that key.
    Flight(const Key& key, Purpose why)
        : name(key.name()), tags(key.tags()), purpose(why), family(key.family()) {}

    /// Resumes the caller with the outcome, at once if it has landed.
    void join(const Completion<Landing>& caller);
    /// The first outcome counts.
    void land(const Landing& landing, const std::exception_ptr& problem);
    bool has_landed() const;

    const std::string name;               ///< of the key
    const std::vector<std::string> tags;  ///< its value depends on
    const Purpose purpose;
    const Family& family;  ///< of the key
    const Instant began_at = to_instant(std::chrono::steady_clock::now());
    /// When it asked Redis or the loader for the value; until then nobody is too late to join.
    std::atomic<Instant> asked_at{std::numeric_limits<Instant>::max()};
    asio::cancellation_signal cancel;  ///< of the loader; confined to the flight's context

  private:
    mutable std::mutex mutex_;
    bool landed_ = false;
    Landing landing_;
    std::exception_ptr problem_;
    std::vector<Completion<Landing>> callers_;
};

using FlightPtr = std::shared_ptr<Flight>;

class Flights {
  public:
    struct Seat {
        FlightPtr flight;
        bool is_leader = false;  ///< must load, land() the flight, and leave()
        bool is_late = false;    ///< the flight asked before `not_before`: only wait for its end
    };

    /// A seat on the key's flight, a new one if there is none.
    Seat board(const Key& key, Flight::Purpose purpose, Instant not_before);
    void leave(const FlightPtr& flight);
    // Invalidations: flights under way are counted as overtaken.
    void detach(std::string_view name);
    void detach_tag(std::string_view tag);
    void detach_all();

  private:
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, FlightPtr> flights;
    };
    template <class Predicate>
    void detach_if(Predicate is_meant);
    Shard& shard_of(std::string_view name) { return shards_[hash_of(name) % shards_.size()]; }

    std::array<Shard, 32> shards_;
};

}  // namespace tripos::cache
