// SPDX-License-Identifier: MIT
#pragma once
// Network: the way between candidates and server, as a load test pretends it. What is lost is sent
// again by TCP, so it is not missing but late.

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

namespace tripos::loadtest {

struct Network {
    std::int64_t round_trip = 0;  ///< microseconds
    double loss = 0;              ///< the share of requests, and of answers, that come late

    /// Whether there is nothing to pretend.
    bool is_direct() const { return round_trip == 0 && loss == 0; }
    /// Microseconds of one request, or of one answer, on its way.
    std::int64_t one_way(std::minstd_rand& random) const;
};

/// "40ms,1%": the round trip, and what is lost, which may be left out. Nothing: it is neither.
std::optional<Network> parse_network(std::string_view text);

}  // namespace tripos::loadtest
