// SPDX-License-Identifier: MIT
#pragma once
// Single flight: callers of one process that miss the same key together wait for one load. An
// invalidation detaches the flight: whoever comes later starts a new one. Thread-safe.

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "async/completion.hpp"
#include "cache/cache.hpp"

namespace tripos::cache {

class Flight {
  public:
    /// Resumes the caller with the flight's outcome, at once if it has landed.
    void join(const Completion<Bytes>& caller);
    void land(const Bytes& value, const std::exception_ptr& problem);

  private:
    std::mutex mutex_;
    bool landed_ = false;
    Bytes value_;
    std::exception_ptr problem_;
    std::vector<Completion<Bytes>> callers_;
};

class Flights {
  public:
    struct Seat {
        std::shared_ptr<Flight> flight;
        bool is_leader = false;  ///< must load, land() the flight, and leave()
    };

    Seat board(const std::string& key);
    void leave(const std::string& key, const std::shared_ptr<Flight>& flight);
    void detach(const std::string& key);
    void detach_all();

  private:
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, std::shared_ptr<Flight>> flights;
    };
    Shard& shard_of(const std::string& key) {
        return shards_[std::hash<std::string>()(key) % shards_.size()];
    }

    std::array<Shard, 32> shards_;
};

}  // namespace tripos::cache
