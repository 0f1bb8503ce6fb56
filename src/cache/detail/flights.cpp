// SPDX-License-Identifier: MIT
#include "cache/detail/flights.hpp"

namespace tripos::cache {

void Flight::join(const Completion<Bytes>& caller) {
    const std::lock_guard lock(mutex_);
    if (!landed_) {
        callers_.push_back(caller);
    } else if (problem_) {
        caller.fail(problem_);
    } else {
        caller.complete(value_);
    }
}

void Flight::land(const Bytes& value, const std::exception_ptr& problem) {
    std::vector<Completion<Bytes>> callers;
    {
        const std::lock_guard lock(mutex_);
        landed_ = true;
        value_ = value;
        problem_ = problem;
        callers.swap(callers_);
    }
    for (const auto& caller : callers) {
        if (problem) {
            caller.fail(problem);
        } else {
            caller.complete(value);
        }
    }
}

Flights::Seat Flights::board(const std::string& key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    auto& flight = shard.flights[key];
    const bool is_leader = flight == nullptr;
    if (is_leader) {
        flight = std::make_shared<Flight>();
    }
    return Seat{.flight = flight, .is_leader = is_leader};
}

void Flights::leave(const std::string& key, const std::shared_ptr<Flight>& flight) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.flights.find(key);
    if (found != shard.flights.end() && found->second == flight) {
        shard.flights.erase(found);
    }
}

void Flights::detach(const std::string& key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    shard.flights.erase(key);
}

void Flights::detach_all() {
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        shard.flights.clear();
    }
}

}  // namespace tripos::cache
