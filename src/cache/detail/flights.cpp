// SPDX-License-Identifier: MIT
#include "cache/detail/flights.hpp"

#include <algorithm>

#include "core/assert.hpp"

namespace tripos::cache {

void Flight::join(const Completion<Landing>& caller) {
    const std::lock_guard lock(mutex_);
    if (!landed_) {
        callers_.push_back(caller);
    } else if (problem_) {
        caller.fail(problem_);
    } else {
        caller.complete(landing_);
    }
}

void Flight::land(const Landing& landing, const std::exception_ptr& problem) {
    std::vector<Completion<Landing>> callers;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(landed_, true)) {
            return;
        }
        landing_ = landing;
        problem_ = problem;
        callers.swap(callers_);
    }
    for (const auto& caller : callers) {
        if (problem) {
            caller.fail(problem);
        } else {
            caller.complete(landing);
        }
    }
}

bool Flight::has_landed() const {
    const std::lock_guard lock(mutex_);
    return landed_;
}

Flights::Seat Flights::board(const Key& key, Flight::Purpose purpose, Instant not_before) {
    Shard& shard = shard_of(key.name());
    const std::lock_guard lock(shard.mutex);
    auto& flight = shard.flights[std::string(key.name())];
    const bool is_leader = flight == nullptr;
    if (is_leader) {
        flight = std::make_shared<Flight>(key, purpose);
    }
    TRIPOS_ASSERT(&flight->family == &key.family());  // no two families of a cache share a name
    return Seat{.flight = flight,
                .is_leader = is_leader,
                .is_late = !is_leader && flight->asked_at.load() < not_before};
}

void Flights::leave(const FlightPtr& flight) {
    Shard& shard = shard_of(flight->name);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.flights.find(flight->name);
    if (found != shard.flights.end() && found->second == flight) {
        shard.flights.erase(found);
    }
}

void Flights::detach(std::string_view name) {
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.flights.find(std::string(name));
    if (found != shard.flights.end()) {
        found->second->family.counters().add(Count::overtaken_load);
        shard.flights.erase(found);
    }
}

template <class Predicate>
void Flights::detach_if(Predicate is_meant) {
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.flights, [&is_meant](const auto& entry) {
            const Flight& flight = *entry.second;
            if (!is_meant(flight)) {
                return false;
            }
            flight.family.counters().add(Count::overtaken_load);
            return true;
        });
    }
}

void Flights::detach_tag(std::string_view tag) {
    detach_if([tag](const Flight& flight) {
        return std::find(flight.tags.begin(), flight.tags.end(), tag) != flight.tags.end();
    });
}

void Flights::detach_all() {
    detach_if([](const Flight&) { return true; });
}

}  // namespace tripos::cache
